import { describe, expect, it } from 'vitest'
import { forPrograms, inheritedSockets, watchdogInterval } from './service-environment.ts'

const PID = 4711

describe('inheritedSockets', () => {
  it.each<readonly [string, Record<string, string>, readonly (readonly [number, string])[]]>([
    ['nothing', {}, []],
    ['one without a name', { LISTEN_PID: '4711', LISTEN_FDS: '1' }, [[3, 'unnamed']]],
    [
      'two with names',
      { LISTEN_PID: '4711', LISTEN_FDS: '2', LISTEN_FDNAMES: 'http:ztps.socket' },
      [
        [3, 'http'],
        [4, 'ztps.socket'],
      ],
    ],
    [
      'fewer names than sockets',
      { LISTEN_PID: '4711', LISTEN_FDS: '2', LISTEN_FDNAMES: 'http' },
      [
        [3, 'http'],
        [4, 'unnamed'],
      ],
    ],
    ['those of another process', { LISTEN_PID: '4712', LISTEN_FDS: '1' }, []],
    ['no process', { LISTEN_FDS: '1' }, []],
    ['nonsense', { LISTEN_PID: '4711', LISTEN_FDS: '-1' }, []],
    ['too many', { LISTEN_PID: '4711', LISTEN_FDS: '99999' }, []],
  ])('%s', (_name, environment, sockets) => {
    const found = inheritedSockets(environment, PID)
    expect(found.map(({ fd, name }) => [fd, name])).toEqual(sockets)
  })
})

describe('watchdogInterval', () => {
  it.each<readonly [string, Record<string, string>, number | undefined]>([
    ['nothing', {}, undefined],
    ['30 s', { WATCHDOG_USEC: '30000000' }, 30_000],
    ['ours', { WATCHDOG_USEC: '500000', WATCHDOG_PID: '4711' }, 500],
    ['that of another process', { WATCHDOG_USEC: '500000', WATCHDOG_PID: '4712' }, undefined],
    ['nonsense', { WATCHDOG_USEC: 'soon' }, undefined],
    ['zero', { WATCHDOG_USEC: '0' }, undefined],
  ])('%s', (_name, environment, interval) => {
    expect(watchdogInterval(environment, PID)).toBe(interval)
  })
})

it('programs that we start hear nothing of the service manager', () => {
  const listen = { LISTEN_PID: '4711', LISTEN_FDS: '1', LISTEN_FDNAMES: 'http' }
  const watchdog = { WATCHDOG_USEC: '1', WATCHDOG_PID: '4711' }
  const environment = { PATH: '/bin', NOTIFY_SOCKET: '/x', ...listen, ...watchdog }
  expect(forPrograms(environment)).toEqual({ PATH: '/bin' })
})
