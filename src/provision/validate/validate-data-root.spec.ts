import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../../kernel/diagnostic.ts'
import { ZtpError } from '../../kernel/errors.ts'
import type { DataFiles } from './data-files.ts'
import { diagnosticsOf } from './report.ts'
import type { ValidationSettings } from './site.ts'
import { filesInMemory } from './testing/files-in-memory.ts'
import { SETTINGS, SOUND } from './testing/sound-site.ts'
import { validateDataRoot, validateNeighbordb } from './validate-data-root.ts'

/** A change to the sound directory: another text, `null` for no text, `undefined` for no file. */
type Change = Readonly<Record<string, string | null | undefined>>
type Case = readonly [string, Change, readonly (string | RegExp)[]]

function changed(change: Change) {
  const merged = Object.entries({ ...SOUND, ...change })
  const present = merged.flatMap(([path, text]) =>
    text === undefined ? [] : [[path, text] as const],
  )
  return filesInMemory(Object.fromEntries(present))
}

function closedAt(closed: string, files: DataFiles): DataFiles {
  return {
    ...files,
    async list(folder) {
      if (folder === closed) throw new ZtpError('ZTP_STORE_FAILED', `cannot read ${folder}`)
      return files.list(folder)
    },
  }
}

async function findings(change: Change, settings: Partial<ValidationSettings> = {}) {
  const report = await validateDataRoot(changed(change), { ...SETTINGS, ...settings })
  return diagnosticsOf(report).map(
    (each) => `${each.severity} ${each.code} ${formatDiagnostic(each)}`,
  )
}

const leaf = (body: string): Change => ({ 'definitions/pod1/leaf': body })
const one = (attributes: string) =>
  leaf(`attributes:\n  ${attributes}\nactions:\n  - action: copy_file\n`)

describe('validateDataRoot', () => {
  it('finds nothing in a sound directory, and names its files in order', async () => {
    const report = await validateDataRoot(changed({}), SETTINGS)
    expect(diagnosticsOf(report)).toEqual([])
    expect(report.files.map((each) => each.file)).toEqual([
      '/data/neighbordb',
      '/data/definitions/pod1/leaf',
      '/data/resources/names',
      '/data/bootstrap/bootstrap',
      '/data/bootstrap/bootstrap.conf',
      '/data/nodes/SN1',
      '/data/nodes/SN1/.node',
      '/data/nodes/SN1/pattern',
      '/data/nodes/SN1/definition',
      '/data/nodes/SN1/attributes',
    ])
  })

  const cases: readonly Case[] = [
    [
      'a missing definition, with the line that names it',
      {
        'definitions/pod1/leaf': undefined,
        'definitions/pod1/leef': SOUND['definitions/pod1/leaf'],
      },
      [
        "error ZTP_MISSING_DEFINITION /data/neighbordb:3:17: there is no definition 'pod1/leaf': no file pod1/leaf in definitions/; did you mean pod1/leef?",
      ],
    ],
    [
      'a missing config-handler',
      { 'config-handlers/alarm': undefined },
      [
        /^error ZTP_MISSING_CONFIG_HANDLER \/data\/neighbordb:4:21: there is no config-handler 'alarm'/,
      ],
    ],
    [
      'a neighbordb that is no YAML',
      { neighbordb: 'patterns: [\n' },
      [/^error ZTP_\w+ \/data\/neighbordb:\d+:\d+: /],
    ],
    [
      'no neighbordb',
      { neighbordb: undefined },
      [/^warning ZTP_MISSING_NEIGHBORDB \/data\/neighbordb:1:1/],
    ],
    [
      'a file that is not UTF-8, with the place',
      { 'definitions/pod1/leaf': null },
      ['error ZTP_NOT_UTF8 /data/definitions/pod1/leaf:3:7: the byte 0xff is not UTF-8'],
    ],
    [
      'an action that does not exist',
      leaf('actions:\n  - action: ad_config\n'),
      [
        "error ZTP_MISSING_ACTION /data/definitions/pod1/leaf:2:13: there is no action 'ad_config': no file ad_config in actions/; did you mean add_config?",
      ],
    ],
    [
      'an action outside actions/',
      leaf('actions:\n  - action: ../neighbordb\n'),
      [/^error ZTP_MISSING_ACTION .*:2:13: there is no action '..\/neighbordb'/],
    ],
    [
      'a template that does not exist',
      leaf('actions:\n  - action: add_config\n    attributes:\n      url: /files/leaf.tmpl\n'),
      [/^error ZTP_MISSING_FILE .*:4:12: there is no file files\/leaf.tmpl/],
    ],
    [
      'a file of this server by its whole URL',
      one('src_url: http://ztpserver:8080/files/scrip'),
      [/^error ZTP_MISSING_FILE .*:2:12: there is no file files\/scrip; did you mean script\?/],
    ],
    ['a file of another server', one('url: http://other/files/x'), []],
    ["a node's own startup-config", one('url: nodes/SN1/startup-config'), []],
    [
      'a folder that is not served',
      one('url: templates/x'),
      [/^warning ZTP_MISSING_FILE .*:2:8: /],
    ],
    [
      'a plugin that does not exist',
      one("a: alocate('names')"),
      [
        /^error ZTP_UNKNOWN_PLUGIN .*:2:6: no plugin has the name 'alocate' of alocate\('names'\); did you mean allocate\?/,
      ],
    ],
    [
      "a plugin of the operator's own",
      { ...one("a: ipam('x')"), 'plugins/ipam.py': 'def main' },
      [],
    ],
    [
      'a pool that does not exist',
      one("a: allocate('nams')"),
      [/^error ZTP_MISSING_POOL .*:2:6: there is no pool 'nams'.*did you mean names\?/],
    ],
    [
      "a pool that ZTPServer's allocate would look for",
      { ...one("a: allocate('nams')"), 'plugins/allocate': 'released' },
      [/^error ZTP_MISSING_POOL/],
    ],
    [
      'a pool that an edited allocate may know',
      { ...one("a: allocate('nams')"), 'plugins/allocate': 'def main(node_id, pool): pass' },
      [],
    ],
    ['a plugin that is a program', { ...one("a: ipam('x')"), 'plugins/ipam': null }, []],
    ['a plugin that is a script', { ...one("a: ipam('x')"), 'plugins/ipam': '#!/bin/sh\n' }, []],
    [
      'a plugin that imports its main',
      { ...one("a: ipam('x')"), 'plugins/ipam': 'from others import main\n' },
      [],
    ],
    ...(
      [
        ['export const main = () => 1', []],
        ['export async function main() {}', []],
        ['const main = 1\nexport {\n  main,\n}', []],
        ["export * from './other.mjs'", []],
        [
          'function main() {}',
          [
            /^warning ZTP_PLUGIN_FAILED .*:2:6: plugins\/ipam.mjs cannot be run: it exports no function 'main'/,
          ],
        ],
      ] as const
    ).map(
      ([text, expected]) =>
        [
          `an ES module ${JSON.stringify(text)}`,
          { ...one("a: ipam('x')"), 'plugins/ipam.mjs': text },
          expected,
        ] as const,
    ),
    [
      'a plugin without main',
      { ...one("a: ipam('x')"), 'plugins/ipam.py': 'def mian(): pass' },
      [
        /^warning ZTP_PLUGIN_FAILED .*:2:6: plugins\/ipam.py cannot be run: it has no function 'main'/,
      ],
    ],
    [
      'an empty plugin',
      { ...one("a: ipam('x')"), 'plugins/ipam': '' },
      [/^warning ZTP_PLUGIN_FAILED .*:2:6: plugins\/ipam cannot be run: the file is empty/],
    ],
    [
      'a folder in place of a plugin',
      { ...one("a: ipam('x')"), 'plugins/ipam/readme': '' },
      [/^warning ZTP_PLUGIN_FAILED .*:2:6: plugins\/ipam cannot be run: it is a folder/],
    ],
    [
      'a plugin in several files',
      {
        ...one("a: ipam('x')"),
        'plugins/ipam.py': 'def main(): pass',
        'plugins/ipam.js': 'x',
        'plugins/ipam.mjs': 'x',
      },
      [
        /^warning ZTP_PLUGIN_FAILED .*:2:6: 'ipam' is plugins\/ipam.py, which goes before ipam.mjs, ipam.js/,
      ],
    ],
    [
      "a release's plugin with another beside it",
      {
        ...one("a: allocate('nams')"),
        'plugins/allocate': 'released',
        'plugins/allocate.py': 'def main(): pass',
      },
      [],
    ],
    [
      'a call without quotes',
      one('a: allocate(names)'),
      [/^warning ZTP_\w+ .*:2:6: .*allocate\('names'\)/],
    ],
    [
      'a reference to nothing',
      one('a: $hostnam'),
      [/^warning ZTP_UNKNOWN_REFERENCE .*:2:6: no attribute 'hostnam'/],
    ],
    ["a reference to a node's attribute", one('a: [{b: $template}]'), []],
    ['an escaped reference', one('a: $$hostnam'), []],
    [
      'an octal number',
      one('mode: 0777'),
      [
        "warning ZTP_YAML_TRAP /data/definitions/pod1/leaf:2:9: 0777 without quotes is an octal number in YAML and arrives as 511; write '0777'",
      ],
    ],
    [
      'a MAC of base 60',
      one('mac: 11:22:33:44:55:06'),
      [/^warning ZTP_YAML_TRAP .*:2:8: 11:22:33:44:55:06 without quotes is a number of base 60/],
    ],
    ['quoted traps, plain numbers and zero', one('a: [\'0777\', "1:2", 10, 0, 0x1F, 1.5]'), []],
    [
      'a template variable that nothing gives',
      { 'files/leaf.template': 'hostname $hostname\nip $address\n' },
      [
        /^warning ZTP_MISSING_VARIABLE \/data\/definitions\/pod1\/leaf:7:13: files\/leaf.template uses \$address/,
      ],
    ],
    [
      'a strict template',
      leaf(
        'actions:\n  - action: add_config\n    attributes: {url: files/leaf.template, substitution_mode: strict, variables: {salt: 1, hostname: x}}\n',
      ),
      [
        /^error ZTP_MISSING_VARIABLE .*:2:13: files\/leaf.template uses \$hash.*the action fails/,
        /^error ZTP_MISSING_VARIABLE .*:2:13: files\/leaf.template has \$1, which is no variable/,
      ],
    ],
    [
      'a strict template without variables',
      leaf(
        'actions:\n  - action: add_config\n    attributes: {url: files/leaf.template, substitution_mode: strict}\n',
      ),
      [
        /uses \$hostname.*the action fails/,
        /uses \$salt.*the action fails/,
        /uses \$hash.*the action fails/,
        /has \$1, which is no variable/,
      ],
    ],
    ...['add_config', 'run_bash_script', 'run_cli_commands'].flatMap((action) =>
      ['', ', variables: null'].map(
        (variables): Case => [
          `a file with dollar signs that ${action} takes as it is${variables}`,
          {
            [`actions/${action}`]: '',
            ...leaf(
              `actions:\n  - action: ${action}\n    attributes: {url: files/leaf.template${variables}}\n`,
            ),
          },
          [],
        ],
      ),
    ),
    [
      'a broken definition',
      leaf('actions: {}\n'),
      [/^error ZTP_INVALID_DEFINITION \/data\/definitions\/pod1\/leaf:1:10: `actions` is a list/],
    ],
    [
      'notes and back-ups beside definitions',
      { 'definitions/README.md': '[', 'definitions/a~': '[' },
      [],
    ],
    [
      'a pool that is a list',
      { 'resources/names': '- a\n' },
      [/^error ZTP_INVALID_POOL .*:1:\d+: /],
    ],
    [
      'a pool with an entry twice',
      { 'resources/names': 'a: null\na: SN1\nb: null\nc: null\nd: null\ne: null\nf: null\n' },
      [/^warning ZTP_\w+ \/data\/resources\/names:2:1: /],
    ],
    [
      'a node that holds two entries',
      { 'resources/names': 'a: SN1\nb: SN1\nc:\nd:\ne:\nf:\ng:\n' },
      [
        /^warning ZTP_DUPLICATE_HOLDER \/data\/resources\/names:2:1: SN1 holds a \(line 1\) already/,
      ],
    ],
    [
      'a range that goes backwards, and one that is held as it is',
      { 'resources/names': 'a: null\nleaf[9-1]: null\nx[3-1]: SN1\n' },
      [
        /^error ZTP_INVALID_POOL \/data\/resources\/names:2:1: leaf\[9-1\] goes backwards: write leaf\[1-9\]$/,
      ],
    ],
    [
      'an exhausted pool',
      { 'resources/names': 'a: SN1\nb: SN1/lo\n' },
      [/^warning ZTP_POOL_EXHAUSTED \/data\/resources\/names:1:1: all 2 entries are held/],
    ],
    [
      'no bootstrap script',
      { 'bootstrap/bootstrap': undefined },
      [/^warning ZTP_MISSING_BOOTSTRAP \/data\/bootstrap\/bootstrap:1:1/],
    ],
    [
      'a bootstrap script that EOS cannot run, and that knows no server',
      { 'bootstrap/bootstrap': 'import x\r\nprint("$SERVERS")\r\n' },
      [
        /:1:1: the script has no interpreter/,
        /:1:1: lines end in carriage returns/,
        /:1:1: the script does not contain/,
      ],
    ],
    [
      'a bootstrap.conf of the wrong shape',
      { 'bootstrap/bootstrap.conf': 'logging: yes\n' },
      [/^error ZTP_INVALID_BOOTSTRAP_CONF \/data\/bootstrap\/bootstrap.conf:1:10/],
    ],
    [
      'a folder that is no node',
      { 'nodes/-x/definition': 'actions: []', 'nodes/-x/pattern': 'interfaces: []' },
      [/^error ZTP_UNSAFE_ID \/data\/nodes\/-x:1:1: '-x' is no node id/],
    ],
    [
      'a node with nothing to do',
      { 'nodes/SN2/pattern': 'interfaces: []\n' },
      [/^warning ZTP_NODE_NOT_CONFIGURED \/data\/nodes\/SN2:1:1/],
    ],
    [
      'a node without a pattern',
      { 'nodes/SN1/pattern': undefined },
      [/^warning ZTP_MISSING_PATTERN \/data\/nodes\/SN1:1:1/],
    ],
    [
      'a broken .node',
      { 'nodes/SN1/.node': '{"model": 1}' },
      [/^error ZTP_BAD_NODE_REPORT \/data\/nodes\/SN1\/.node:1:1: /],
    ],
    [
      'a pattern file with a bogus line',
      { 'nodes/SN1/pattern': 'interfaces:\n  - any: any:none\n' },
      [/^error ZTP_BOGUS_INTERFACE_PATTERN \/data\/nodes\/SN1\/pattern:2:/],
    ],
    [
      "what a node's definition and attributes mention",
      {
        'nodes/SN1/definition':
          'attributes: {g: 1}\nactions:\n  - action: nothing\n    attributes: {a: $template, b: $gone}\n',
        'nodes/SN1/attributes': "template: 010\nx: $g\ny: $gone\nz: allocate('none')\n",
      },
      [
        /^error ZTP_MISSING_ACTION \/data\/nodes\/SN1\/definition:3:13/,
        /^warning ZTP_UNKNOWN_REFERENCE \/data\/nodes\/SN1\/definition:4:35/,
        /^warning ZTP_YAML_TRAP \/data\/nodes\/SN1\/attributes:1:11/,
        /^warning ZTP_UNKNOWN_REFERENCE \/data\/nodes\/SN1\/attributes:3:4/,
        /^error ZTP_MISSING_POOL \/data\/nodes\/SN1\/attributes:4:4/,
      ],
    ],
    [
      'ids that differ in case only',
      {
        'nodes/sn1/definition': SOUND['definitions/pod1/leaf'],
        'nodes/sn1/pattern': 'interfaces: []',
      },
      [/^warning ZTP_CASE_CLASH \/data\/nodes\/sn1:1:1: 'sn1' and 'SN1' differ in case only/],
    ],
  ]

  it.each(cases)('finds %s', async (_name, change, expected) => {
    const found = await findings(change)
    expect(found).toEqual(
      expected.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each))),
    )
  })

  it('leaves patterns out when topology is not validated', async () => {
    const change = { 'nodes/SN1/pattern': undefined }
    expect(await findings(change, { disableTopologyValidation: true })).toEqual([])
  })

  it('finds folders that no MAC leads to', async () => {
    const change = { 'nodes/00:11:22:33:44:55/definition': 'actions: []\n' }
    const found = await findings(change, {
      identifier: 'systemmac',
      disableTopologyValidation: true,
    })
    expect(found).toEqual([
      expect.stringMatching(/^warning ZTP_UNREACHABLE_NODE .*is called 001122334455/),
      expect.stringMatching(/^warning ZTP_UNREACHABLE_NODE .*is called sn1/),
    ])
  })

  it.each(['nodes/CLOSED', 'definitions', 'resources', 'nodes'])(
    'goes on where %s cannot be looked into',
    async (folder) => {
      const change = { 'nodes/CLOSED/definition': 'x', 'bootstrap/bootstrap.conf': ':' }
      const report = await validateDataRoot(closedAt(folder, changed(change)), SETTINGS)
      expect(diagnosticsOf(report)).toContainEqual({
        code: 'ZTP_UNREADABLE_FILE',
        severity: 'error',
        file: `/data/${folder}`,
        line: 1,
        column: 1,
        message: `cannot read ${folder}`,
      })
      const checked = report.files.map(({ file }) => file)
      expect(checked).toContain('/data/bootstrap/bootstrap.conf')
      expect(checked.filter((file) => file.startsWith(`/data/${folder}/`))).toEqual([])
    },
  )

  it('goes on where what one definition names cannot be looked at', async () => {
    const action = (url: string) => `actions: [{action: copy_file, attributes: {url: ${url}}}]\n`
    const files = changed({
      'definitions/a': action('files/closed/x'),
      'definitions/b': action('files/nowhere'),
    })
    const kindOf: DataFiles['kindOf'] = async (path) => {
      if (path === 'files/closed/x') throw new ZtpError('ZTP_STORE_FAILED', `cannot read ${path}`)
      return files.kindOf(path)
    }
    const report = await validateDataRoot({ ...files, kindOf }, SETTINGS)
    expect(diagnosticsOf(report).map(({ file, message }) => `${file}: ${message}`)).toEqual([
      '/data/definitions/a: cannot read files/closed/x',
      expect.stringMatching(/^\/data\/definitions\/b: there is no file files\/nowhere/),
    ])
  })

  it('shows the line itself', async () => {
    const report = await validateDataRoot(changed(one('mode: 0777')), SETTINGS)
    expect(diagnosticsOf(report)[0]?.source).toBe('  mode: 0777')
  })

  it('looks at each text of many nodes once', async () => {
    const many: Record<string, string> = {}
    for (let at = 0; at < 300; at += 1) {
      many[`nodes/N${at}/definition`] = SOUND['definitions/pod1/leaf'] ?? ''
      many[`nodes/N${at}/pattern`] = SOUND['nodes/SN1/pattern'] ?? ''
    }
    const report = await validateDataRoot(changed(many), SETTINGS)
    expect(diagnosticsOf(report)).toEqual([])
    expect(report.files).toHaveLength(10 + 300 * 3)
  })
})

describe('validateNeighbordb', () => {
  it('counts invalid patterns', async () => {
    const text = `patterns:
  - {name: a, definition: pod1/leaf, model: x}
  - {name: b, definition: pod1/leaf, interfaces: [{any: 'any:none'}]}
`
    const report = await validateNeighbordb({ text, file: 'ndb' }, SETTINGS, changed({}))
    expect(report.files).toMatchObject([{ file: 'ndb', patterns: { invalid: 1, total: 2 } }])
    expect(diagnosticsOf(report)).toMatchObject([
      { code: 'ZTP_BOGUS_INTERFACE_PATTERN', line: 3, pattern: 'b' },
    ])
  })

  it('does not look for definitions where there is no data directory', async () => {
    const text = 'patterns: [{name: a, definition: nowhere, model: x}]\n'
    const report = await validateNeighbordb({ text, file: 'ndb' }, SETTINGS, undefined)
    expect(diagnosticsOf(report)).toEqual([])
  })
})
