import { describe, expect, it } from 'vitest'
import { joinUrl, pathPrefix } from './server-url.ts'

describe('pathPrefix', () => {
  it.each([
    ['http://ztpserver:8080', ''],
    ['http://ztpserver:8080/', ''],
    ['http://h/ztpserver', '/ztpserver'],
    ['http://h/ztpserver/', '/ztpserver'],
    ['https://h//a//b//', '/a/b'],
    ['http://[::1]:8080/x', '/x'],
  ])('of %s is %j', (serverUrl, prefix) => {
    expect(pathPrefix(serverUrl)).toBe(prefix)
  })
})

describe('joinUrl', () => {
  it.each([
    ['http://h', '/nodes/ID', 'http://h/nodes/ID'],
    ['http://h/', '/nodes/ID', 'http://h/nodes/ID'],
    ['http://h/', 'nodes/ID', 'http://h/nodes/ID'],
    ['http://h/ztpserver//', '//nodes/ID', 'http://h/ztpserver/nodes/ID'],
    ['http://h', '', 'http://h/'],
  ])('of %s and %s is %s', (serverUrl, path, joined) => {
    expect(joinUrl(serverUrl, path)).toBe(joined)
  })
})
