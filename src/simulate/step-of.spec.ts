import { describe, expect, it } from 'vitest'
import { stepOf } from './step-of.ts'

describe('stepOf', () => {
  it.each([
    ['GET', '/bootstrap', 'bootstrap'],
    ['GET', '/bootstrap/config', 'config'],
    ['POST', '/nodes', 'details'],
    ['GET', '/nodes/ABC', 'definition'],
    ['POST', '/nodes/ABC/events', 'progress'],
    ['PUT', '/nodes/ABC/startup-config', 'startup-config'],
    ['GET', '/nodes/ABC/startup-config', 'startup-config'],
    ['GET', '/actions/add_config', 'action'],
    ['GET', '/meta/files/a', 'metadata'],
    ['GET', '/files/a/b', 'file'],
    ['GET', '/nodes/ABC/anything', 'file'],
    ['POST', '/bootstrap', undefined],
  ] as const)('%s %s', (method, path, step) => {
    expect(stepOf(method, path)).toBe(step)
  })
})
