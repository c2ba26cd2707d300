import { describe, expect, it } from 'vitest'
import { ZtpError } from '../kernel/errors.ts'
import type { LogLevel } from '../kernel/logger.ts'
import { createLogger, logLevel } from './logger.ts'
import { brokenStream, recordingStream } from './testing/log-streams.ts'

const TIME = Date.UTC(2024, 1, 29, 12, 0, 0, 7)
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'fatal']

function logTo(format: string, level: LogLevel = 'debug') {
  const stream = recordingStream()
  const logger = createLogger({ format, level, stream, clock: { now: () => TIME }, pid: 4711 })
  return { stream, logger }
}

describe('a logger with a Python format', () => {
  it("writes each level by Python's name", async () => {
    const { stream, logger } = logTo('%(name)s %(process)d %(levelname)-8s %(message)s')
    for (const level of LEVELS) logger[level](`a ${level} line`)
    await logger.flush()
    expect(stream.lines()).toEqual([
      'ztpserver 4711 DEBUG    a debug line',
      'ztpserver 4711 INFO     a info line',
      'ztpserver 4711 WARNING  a warn line',
      'ztpserver 4711 ERROR    a error line',
      'ztpserver 4711 CRITICAL a fatal line',
    ])
  })

  it('shows the caller, not the logger', async () => {
    const { stream, logger } = logTo('%(module)s %(filename)s %(funcName)s %(lineno)d')
    function somewhere(): string {
      logger.info('x')
      return new Error().stack ?? ''
    }
    const stack = somewhere()
    await logger.flush()
    const below = Number(/logger\.spec\.ts:(\d+)/.exec(stack)?.[1])
    expect(stream.lines()).toEqual([`logger.spec logger.spec.ts somewhere ${below - 1}`])
  })

  it('leaves the depth of stack traces as it was', () => {
    const before = Error.stackTraceLimit
    logTo('%(lineno)d').logger.info('x')
    expect(Error.stackTraceLimit).toBe(before)
  })

  it('keeps hostile messages on one line', async () => {
    const { stream, logger } = logTo('%(levelname)s %(message)s')
    logger.info('ABC1: neighbour spine\r\nCRITICAL forged\x1b[2J\u2028')
    await logger.flush()
    expect(stream.lines()).toEqual([
      'INFO ABC1: neighbour spine\\r\\nCRITICAL forged\\x1b[2J\\u2028',
    ])
  })

  it('refuses a format with an unknown field, naming the setting', () => {
    expect(() => logTo('%(nosuch)s')).toThrow(
      expect.objectContaining({
        code: 'ZTP_BAD_CONFIGURATION',
        message: expect.stringMatching(/^\[default\] console_logging_format: .*nosuch/),
      }),
    )
    expect(() => logTo('%(nosuch)s')).toThrow(ZtpError)
  })
})

describe('a logger with the format json', () => {
  const cases: readonly (readonly [string, string, object])[] = [
    ['a line about nothing', 'Logging started', { msg: 'Logging started' }],
    [
      'a line about a serial number',
      'ABC12345678: x',
      { node: 'ABC12345678', msg: 'ABC12345678: x' },
    ],
    [
      'a line about a MAC address',
      '001122aabbcc: x',
      { node: '001122aabbcc', msg: '001122aabbcc: x' },
    ],
    ['a line about a client', '192.0.2.60: x', { msg: '192.0.2.60: x' }],
    ['a line about a file', 'neighbordb: x', { msg: 'neighbordb: x' }],
    ['a line about a place', 'neighbordb:3:1: x', { msg: 'neighbordb:3:1: x' }],
    ['percent signs', '%s %d %% %j', { msg: '%s %d %% %j' }],
    ['control characters', 'a\n\x9b"', { msg: 'a\\n\\x9b"' }],
  ]
  it.each(cases)('writes %s as one object', async (_name, message, fields) => {
    const { stream, logger } = logTo('json')
    logger.warn(message)
    await logger.flush()
    expect(stream.lines().map((line) => JSON.parse(line))).toEqual([
      {
        level: 'warn',
        time: '2024-02-29T12:00:00.007Z',
        pid: 4711,
        name: 'ztpserver',
        ...fields,
      },
    ])
  })

  it('writes every level', async () => {
    const { stream, logger } = logTo('json')
    for (const level of LEVELS) logger[level]('x')
    await logger.flush()
    expect(stream.lines().map((line) => JSON.parse(line).level)).toEqual(LEVELS)
  })
})

describe.each(['json', '%(levelname)s %(message)s'])('a logger with the format %s', (format) => {
  it.each(LEVELS)('writes what is %s or worse', async (level) => {
    const { stream, logger } = logTo(format, level)
    for (const each of LEVELS) logger[each]('x')
    await logger.flush()
    expect(stream.lines()).toHaveLength(LEVELS.length - LEVELS.indexOf(level))
  })

  it('loses nothing on the way, and keeps the order', async () => {
    const { stream, logger } = logTo(format)
    for (let number = 0; number < 5_000; number += 1) logger.info(`line ${number} end`)
    await logger.flush()
    const numbers = stream.lines().map((line) => Number(/line (\d+) end/.exec(line)?.[1]))
    expect(numbers).toEqual(Array.from({ length: 5_000 }, (_, number) => number))
  })

  it('goes on elsewhere, and has by then written what was before', async () => {
    const { stream, logger } = logTo(format)
    logger.info('before')
    const next = recordingStream()
    const moved = logger.moveTo(next)
    logger.info('after')
    await moved
    expect([stream.lines().length, stream.lines().join().includes('before')]).toEqual([1, true])
    await logger.flush()
    expect([next.lines().length, next.lines().join().includes('after')]).toEqual([1, true])
  })

  it('outlives a broken stream', async () => {
    const stream = brokenStream()
    const logger = createLogger({ format, level: 'info', stream, clock: { now: () => 0 }, pid: 1 })
    logger.info('into the void')
    await logger.flush()
    logger.info('again')
    await logger.flush()
    expect(stream.writable).toBe(false)
  })
})

describe('logLevel', () => {
  it.each([
    [true, true, '', false, 'info'],
    [false, true, '', false, 'fatal'],
    [true, false, '', false, 'fatal'],
    [true, false, '/a/file', false, 'info'],
    [false, true, '/a/file', false, 'fatal'],
    [true, true, '', true, 'debug'],
    [false, false, '', true, 'debug'],
  ] as const)(
    'logging %s, console_logging %s, file %j, --debug %s: %s',
    (logging, consoleLogging, logFile, debug, level) => {
      expect(logLevel({ logging, consoleLogging, logFile }, debug)).toBe(level)
    },
  )
})
