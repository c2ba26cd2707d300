import { describe, expect, it } from 'vitest'
import { toJson } from '../kernel/json.ts'
import { parseBootstrapConf } from './bootstrap-config.ts'

const XMPP = 'username: u\n  password: p\n  domain: d\n  rooms: [ztps]'

function read(text: string) {
  const { value, diagnostics } = parseBootstrapConf(text, 'bootstrap.conf')
  return { json: value === undefined ? undefined : JSON.parse(toJson(value)), diagnostics }
}

describe('parseBootstrapConf', () => {
  const values: readonly (readonly [string, string, object])[] = [
    ['nothing', '', { logging: [], xmpp: {} }],
    ['comments only', '# nothing\n---\n', { logging: [], xmpp: {} }],
    ['empty sections', 'logging:\nxmpp:\nhttp:\n', { logging: [], xmpp: {}, http: {} }],
    ['an empty map and list', 'logging: []\nxmpp: {}\n', { logging: [], xmpp: {} }],
    [
      'every setting, unknown ones too',
      `logging:
  - destination: "10.0.0.1:514"
    level: DEBUG
  - destination: file:/tmp/ztps.log
    level: info
    facility: 3
  - {destination: syslog}
xmpp:
  ${XMPP}
  msg_type: info
  port: 5222
  nickname: ztp
http:
  timeout: 2.0
  fallback: [http://b, http://c]
`,
      {
        logging: [
          { destination: '10.0.0.1:514', level: 'DEBUG' },
          { destination: 'file:/tmp/ztps.log', level: 'info', facility: 3 },
          { destination: 'syslog' },
        ],
        xmpp: {
          username: 'u',
          password: 'p',
          domain: 'd',
          rooms: ['ztps'],
          msg_type: 'info',
          port: 5222,
          nickname: 'ztp',
        },
        http: { timeout: 2, fallback: ['http://b', 'http://c'] },
      },
    ],
  ]
  it.each(values)('reads %s', (_name, text, json) => {
    expect(read(text)).toEqual({ json, diagnostics: [] })
  })

  const warnings: readonly (readonly [string, string, number, readonly RegExp[]])[] = [
    [
      'an xmpp section that lacks settings',
      'xmpp:\n  domain: d\n',
      2,
      [/^xmpp: username is missing$/, /password is missing/, /rooms is missing/],
    ],
    [
      'an unknown level',
      'logging:\n  - destination: h\n    level: LOUD\n',
      3,
      [/^logging: level is 'LOUD'; it takes DEBUG, INFO, WARNING, ERROR, CRITICAL$/],
    ],
    ['a logger without destination', 'logging:\n  - level: INFO\n', 2, [/destination is missing/]],
    ['an unknown message type', `xmpp:\n  ${XMPP}\n  msg_type: loud\n`, 6, [/takes debug, info$/]],
    [
      'an unknown section',
      'loging: []\n',
      1,
      [/^'loging' is not sent .*; did you mean logging\?$/],
    ],
  ]
  it.each(warnings)('warns of %s and goes on', (_name, text, line, messages) => {
    const { json, diagnostics } = read(text)
    expect(json).toHaveProperty('logging')
    expect(diagnostics).toHaveLength(messages.length)
    diagnostics.forEach((each, index) => {
      expect(each).toMatchObject({ severity: 'warning', file: 'bootstrap.conf', line })
      expect(each.message).toMatch(messages[index] ?? /^$/)
    })
  })

  const errors: readonly (readonly [string, string, RegExp])[] = [
    ['YAML that is none', 'logging: [\n', /./],
    ['a list', '- logging\n', /^it must be a map with logging and xmpp, not a list$/],
    ['a word', 'logging\n', /not 'logging'$/],
    ['logging that is a map', 'logging: {destination: h}\n', /^logging must be a list/],
    ['a logger that is a word', 'logging: [h]\n', /^an item of logging must be a map/],
    ['xmpp that is a list', 'xmpp: [u]\n', /^xmpp must be a map with username/],
    ['http that is a number', 'http: 5\n', /^http must be a map with timeout/],
  ]
  it.each(errors)('refuses %s', (_name, text, message) => {
    const { json, diagnostics } = read(text)
    expect(json).toBeUndefined()
    expect(diagnostics[0]).toMatchObject({ severity: 'error', file: 'bootstrap.conf' })
    expect(diagnostics[0]?.message).toMatch(message)
  })
})
