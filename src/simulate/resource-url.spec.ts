import { describe, expect, it } from 'vitest'
import { hasDoubleSlash, metadataUrl, resolveUrl } from './resource-url.ts'

describe('resolveUrl', () => {
  it.each([
    ['http://h:1', 'files/t', 'http://h:1/files/t'],
    ['http://h:1/', '/files/t', 'http://h:1/files/t'],
    ['http://h/ztp/', 'files/t', 'http://h/ztp/files/t'],
    ['http://h', 'https://other/x', 'https://other/x'],
  ])('%s and %s', (server, reference, url) => {
    expect(resolveUrl(server, reference)).toBe(url)
  })
})

describe('metadataUrl', () => {
  it.each([
    ['http://h/', 'http://h/files/a/b', 'http://h/meta/files/a/b'],
    [
      'http://h/ztp',
      'http://h/ztp/nodes/A/startup-config',
      'http://h/ztp/meta/nodes/A/startup-config',
    ],
    ['http://h', 'http://host/files/a', undefined],
    ['http://h/ztp', 'http://h/files/a', undefined],
  ])('%s, %s', (server, url, expected) => {
    expect(metadataUrl(server, url)).toBe(expected)
  })
})

describe('hasDoubleSlash', () => {
  it.each([
    ['http://h/a/b', false],
    ['http://h//a', true],
    ['http://h/a//b', true],
    ['http://h/a?x=//', false],
    ['http://h', false],
  ])('%s: %s', (url, expected) => {
    expect(hasDoubleSlash(url)).toBe(expected)
  })
})
