import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { renderOptionsReference } from '../config/help.ts'
import { FIELDS } from './fields.ts'
import { compilePythonFormat } from './python-format.ts'
import { type LogRecord, PYTHON_LEVELS } from './record.ts'

/** Formats × records as [format, record] pairs on standard input; null where Python refuses. */
const PROGRAM = `
import json, logging, sys
def render(format, fields):
    try:
        for name in ('created', 'msecs', 'relativeCreated'):
            fields[name] = float(fields[name])
        record = logging.makeLogRecord(fields)
        return logging.Formatter(format).format(record)
    except (ValueError, TypeError, KeyError):
        return None
json.dump([render(*each) for each in json.load(sys.stdin)], sys.stdout)
`

function renderWithPython(pairs: readonly (readonly [string, LogRecord])[]): unknown {
  const input = JSON.stringify(pairs.map(([format, record]) => [format, fieldsOf(record)]))
  return JSON.parse(execFileSync('python3', ['-c', PROGRAM], { input, encoding: 'utf8' }))
}

/** The record's attributes as Python's logging calls them. */
function fieldsOf(record: LogRecord): object {
  const { time, startTime, message, name, pid, site, level } = record
  return {
    msg: message,
    levelname: PYTHON_LEVELS[level].name,
    levelno: PYTHON_LEVELS[level].number,
    name,
    process: pid,
    thread: pid,
    threadName: 'MainThread',
    processName: 'MainProcess',
    created: time / 1000,
    msecs: time % 1000,
    relativeCreated: time - startTime,
    pathname: site?.pathname,
    filename: 'register.ts',
    module: 'register',
    lineno: site?.line,
    funcName: site?.functionName,
  }
}

function renderWithOurs(format: string, record: LogRecord): string | null {
  const compiled = compilePythonFormat(format)
  return compiled.kind === 'format' ? compiled.format.render(record) : null
}

const RECORDS: readonly LogRecord[] = [
  {
    level: 'info',
    message: 'ABC123: node beginning provisioning 100%',
    time: 1_700_000_000_007,
    startTime: 1_699_999_999_000,
    name: 'ztpserver',
    pid: 4711,
    site: { pathname: '/srv/src/provision/register.ts', line: 36, functionName: 'registerNode' },
  },
  {
    level: 'warn',
    message: 'é😀 %(message)s',
    time: 1_719_835_200_000,
    startTime: 1_719_835_200_000,
    name: 'ztpserver',
    pid: 1,
    site: { pathname: '/srv/src/provision/register.ts', line: 1234, functionName: '' },
  },
]

const FORMATS = [
  '%(asctime)s:%(levelname)s:[%(module)s:%(lineno)d] %(message)s',
  '%(asctime)-15s %(levelname)-8s %(message)s',
  '%(levelname)s: [%(module)s:%(lineno)d] %(message)s',
  '%(name)s[%(process)d]: %(message)s',
  '%(levelname)8s|%(levelname)-8s|%(levelname).3s|%(levelname)-6.2s|%(levelname)08s',
  '%(message)40s|%(message)-40s|%(message).3s|%(message).0s|%(message).s',
  '%(lineno)d %(lineno)i %(lineno)u %(lineno)s %(lineno)5d|%(lineno)-5d|%(lineno)05d|%(lineno)-05d',
  '%(lineno)+d|% (lineno)s',
  '%(lineno)+05d|%(lineno)+5d|%(lineno) d|%(lineno).6d|%(lineno)8.6d|%(lineno)ld',
  '%(lineno)x %(lineno)#x %(lineno)o %(lineno)#o %(lineno)06x',
  '%(process)f %(process).1f',
  '%(created)f %(created)d %(created)s %(created).3f %(created)020.1f',
  '%(msecs)d %(msecs)03d %(msecs)s %(relativeCreated)d %(relativeCreated)s',
  '%(pathname)s %(filename)s %(funcName)s %(threadName)s %(processName)s %(thread)d %(levelno)s',
  '100%% of %(message)s %%',
  '%%(message)s %(message)s',
  '',
  '%(message)s\nsecond line',
  // Refused by Python too.
  'no field at all',
  '%(nosuchfield)s',
  '%(message)d',
  '%(levelname)x',
  '%(message)s %',
  '%(message)s %(levelname)',
  '%(message)s %(name',
  '%(message)s 50% more',
  '%(message)s %y',
] as const

describe('compilePythonFormat', () => {
  const pairs = FORMATS.flatMap((format) => RECORDS.map((record) => [format, record] as const))

  it('writes what python3 logging.Formatter writes', () => {
    const theirs = renderWithPython(pairs)
    expect(pairs.map(([format, record]) => renderWithOurs(format, record))).toEqual(theirs)
  })

  const problems: readonly (readonly [string, RegExp])[] = [
    ['%(nosuchfield)s', /no field is called nosuchfield; there are asctime, levelname/],
    ['%(message)d', /'%\(message\)d': message cannot be written so; write %\(name\)s for text/],
    ['%(lineno)r', /lineno cannot be written so/],
    ['%(message)s 50% more', /'% more': a field is written %\(name\)s, and a percent sign %%/],
    ['%(message)s %(levelname)', /'%\(levelname\)': a field is written/],
    ['%s', /'%s': a field is written/],
    ['plain text', /it shows no field/],
    ['%%', /it shows no field/],
  ]
  it.each(problems)('says what is wrong with %j', (format, message) => {
    const compiled = compilePythonFormat(format)
    expect(compiled.kind).toBe('invalid')
    expect(compiled.kind === 'invalid' ? compiled.problems.join('\n') : '').toMatch(message)
  })

  it('names every problem of a format', () => {
    const compiled = compilePythonFormat('%(a)s %(b)s %')
    expect(compiled.kind === 'invalid' && compiled.problems).toHaveLength(3)
  })

  it.each([
    ['%(message)s %(asctime)s %%(lineno)d', false],
    ['%(lineno)d', true],
    ['%(module)s', true],
    ['%(funcName)s', true],
  ])('knows whether %s shows the place in the source', (format, needsSite) => {
    const compiled = compilePythonFormat(format)
    expect(compiled.kind === 'format' && compiled.format.needsSite).toBe(needsSite)
  })

  it('has its fields on the reference page', () => {
    const page = renderOptionsReference()
    for (const name of FIELDS.keys()) expect(page).toContain(`\`${name}\``)
  })
})
