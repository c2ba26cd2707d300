import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../../store/testing/scratch.ts'
import { diskWorld } from '../testing/disk-deps.ts'

const LEAF = 'actions:\n- action: add_config\n'
const folder = scratchFolder()
const table = () => join(folder(), 'tables', 'rack.csv')

async function world(csv: string) {
  const made = diskWorld(folder())
  await made.write({
    'definitions/leaf': LEAF,
    'config-handlers/log': '#!/bin/sh\n',
    'nodes/README': '',
    '../tables/rack.csv': csv,
    '../tables/configs/a.cfg': 'hostname a\n',
    '../tables/spine1': 'name: at spine1\ninterfaces:\n- Ethernet1: spine1:any\n',
  })
  return {
    ...made,
    importIt: (...flags: string[]) => made.run('nodes', 'import', table(), ...flags),
  }
}

const SHEET = [
  '\ufeffSerialnumber,Definition,startup-config,attributes.model,hostname,vlan,#remark,pattern,config_handler',
  'SN1,leaf,,7050,leaf01,0010,"a ""remark"", long",,log',
  'SN2,,configs/a.cfg,,,,,spine1,',
  '"SN3",leaf,,,"two, three",$vlan,,,',
  ',,,,,,,,',
  '',
].join('\r\n')

describe('ztps nodes import', () => {
  it('makes a node for each line, as a spreadsheet saves it', async () => {
    const { importIt, names, read, run, root } = await world(SHEET)
    expect(await importIt()).toEqual({ status: 0, out: 'added 3 nodes\n', err: '' })
    expect(await names('nodes')).toEqual(['README', 'SN1', 'SN2', 'SN3'])
    const files = ['attributes', 'config-handler', 'definition', 'pattern']
    expect(await names('nodes/SN1')).toEqual(files)
    expect(await read('nodes/SN1/attributes')).toBe(
      `model: '7050'\nhostname: leaf01\nvlan: '0010'\n`,
    )
    expect(await names('nodes/SN2')).toEqual(['pattern', 'startup-config'])
    expect(await read('nodes/SN2/startup-config')).toBe('hostname a\n')
    expect(await read('nodes/SN2/pattern')).toMatch(/^name: at spine1\n/)
    expect(await read('nodes/SN3/attributes')).toBe("hostname: 'two, three'\nvlan: $vlan\n")
    expect((await run('validate', '--format', 'json', root)).out).not.toContain('"error"')
  })

  it('does the same again without doing anything, whatever became of the nodes', async () => {
    const { importIt, write, read } = await world(SHEET)
    await importIt()
    await write({
      'nodes/SN1/.node': '{"serialnumber": "SN1"}',
      'nodes/SN1/startup-config': 'pushed back\n',
      'nodes/SN1/attributes':
        "# an order of my own\nvlan: '0010'\nmodel: '7050'\nhostname: leaf01\n",
    })
    expect(await importIt()).toEqual({
      status: 0,
      out: 'added 0 nodes, 3 there already\n',
      err: '',
    })
    expect(await read('nodes/SN1/startup-config')).toBe('pushed back\n')
  })

  it('adds the lines that are new', async () => {
    const { importIt, write, names } = await world('id,definition\nSN1,leaf\n')
    await importIt()
    await write({ '../tables/rack.csv': 'id,definition\nSN1,leaf\nSN10,leaf\nSN9,leaf\n' })
    const dry = await importIt('--dry-run')
    expect([dry.status, dry.out]).toEqual([
      0,
      'would add SN10: definition, pattern\nwould add SN9: definition, pattern\nwould add 2 nodes, 1 there already\n',
    ])
    expect(await names('nodes')).toEqual(['README', 'SN1'])
    const { status, out } = await importIt('--json')
    expect([status, JSON.parse(out)]).toEqual([
      0,
      {
        dry_run: false,
        added: ['SN10', 'SN9'].map((id) => ({ id, files: ['definition', 'pattern'] })),
        present: ['SN1'],
        diagnostics: [],
      },
    ])
  })

  it('leaves nodes with other content alone with --skip-existing only', async () => {
    const { importIt, write, read, names } = await world(
      'id,definition,a\nSN1,leaf,1\nSN2,leaf,2\n',
    )
    await write({
      'nodes/SN1/definition': 'actions: []\n',
      'nodes/SN1/pattern': 'interfaces: []\n',
    })
    const refused = await importIt()
    expect([refused.status, refused.out]).toEqual([1, ''])
    expect(refused.err).toMatch(
      /rack.csv:2:1: nodes\/SN1 exists with another definition and pattern and attributes; --skip-existing leaves such nodes as they are \[ZTP_NODE_EXISTS\]\nnothing was changed\n$/,
    )
    expect(await names('nodes')).toEqual(['README', 'SN1'])
    expect((await importIt('--skip-existing')).out).toBe('added 1 node, 1 there already\n')
    expect(await read('nodes/SN1/definition')).toBe('actions: []\n')
  })

  it('finds all that is wrong, with the lines, and makes nothing', async () => {
    const { importIt, names } = await world(
      [
        'id,definition,startup_config,ip',
        'SN1,leef,,1',
        'SN2,leaf,,2',
        'sn2,leaf,,3',
        'SN2,leaf,,4',
        '../x,leaf,,5',
        ',leaf,,6',
        'SN7,,,7',
        'SN8,leaf,gone.cfg,8',
        'SN9,leaf,,9,extra',
        'SN10,,"two\nlines",10',
        'SN11,leaf,,',
      ].join('\n'),
    )
    const { status, out, err } = await importIt()
    expect([status, out]).toEqual([1, ''])
    const lines = err.split('\n').map((line) => line.replace(`ERROR: ${table()}:`, ''))
    expect(lines).toEqual([
      "2:1: there is no definition 'leef' in definitions/; did you mean leaf? [ZTP_MISSING_DEFINITION]",
      '4:1: sn2 differs in case only from SN2 of line 3 [ZTP_INVALID_TABLE]',
      '5:1: SN2 is there in line 3 [ZTP_INVALID_TABLE]',
      "6:1: '../x' is no node id [ZTP_UNSAFE_ID]",
      '7:1: the line names no node: the id is empty [ZTP_INVALID_TABLE]',
      '8:1: a node needs a definition, a startup-config, or both [ZTP_NODE_NOT_CONFIGURED]',
      `9:1: ${folder()}/tables/gone.cfg does not exist [ZTP_STORE_FAILED]`,
      '10:1: the line has 5 fields, the first line 4 [ZTP_INVALID_TABLE]',
      `11:1: ${folder()}/tables/two`,
      'lines does not exist [ZTP_STORE_FAILED]',
      'nothing was changed',
      '',
    ])
    expect(await names('nodes')).toEqual(['README'])
    expect(await names('.ztps/new')).toEqual([])
  })

  const heads: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /:1:1: the table is empty/],
    ['no id', 'name,definition\na,leaf\n', /:1:1: no column is called id or serialnumber \[/],
    ['semicolons', 'id;definition\na;leaf\n', /no column is called id .*separated by commas/],
    [
      'the other number',
      'systemmac,definition\n1,leaf\n',
      /no column is called id or serialnumber/,
    ],
    ['a heading twice', 'id,definition,a,a\n', /two columns are called a /],
    [
      'an attribute twice',
      'id,definition,a,attributes.a\n',
      /two columns are called attributes.a /,
    ],
    [
      'a heading mistyped',
      'id,definiton\nSN1,leaf\n',
      /the column definiton may be meant to be definition: call it definition, or attributes.definiton/,
    ],
    ['no CSV', 'id,definition\nSN1,"leaf\n', /:2:1: .*double quotes ends with a quote/],
  ]
  it.each(heads)('refuses a table with %s', async (_name, csv, message) => {
    const { importIt, names } = await world(csv)
    const { status, err } = await importIt()
    expect([status, err]).toEqual([1, expect.stringMatching(message)])
    expect(await names('nodes')).toEqual(['README'])
  })

  it('reads standard input, and ids as the identifier has them', async () => {
    const made = diskWorld(folder(), { settings: '[default]\nidentifier = systemmac\n' })
    await made.write({ 'definitions/leaf': LEAF })
    const csv = 'serialnumber,systemmac,definition,ip\nSN1,00:1C:73:aa:bb:cc,leaf,10.0.0.1\n'
    expect(await made.runWith(csv, 'nodes', 'import', '-')).toEqual({
      status: 0,
      out: 'added 1 node\n',
      err: '',
    })
    expect(await made.read('nodes/001c73aabbcc/attributes')).toBe(
      'serialnumber: SN1\nip: 10.0.0.1\n',
    )
    const twice = `${csv}SN2,001c.73aa.bbcc,leaf,10.0.0.2\n`
    expect((await made.runWith(twice, 'nodes', 'import', '-')).err).toMatch(
      /^ERROR: standard input:3:1: 001c73aabbcc is there in line 2 /,
    )
  })

  it('takes a thousand lines', { timeout: 120_000 }, async () => {
    const lines = Array.from({ length: 1000 }, (_, at) => `SN${at},leaf,leaf${at}`)
    const { importIt, names, run } = await world(`id,definition,hostname\n${lines.join('\n')}`)
    expect((await importIt()).out).toBe('added 1000 nodes\n')
    expect(await names('nodes')).toHaveLength(1001)
    expect(await names('.ztps/new')).toEqual([])
    const { out } = await run('nodes', 'list', '--definition', 'leaf', '--json')
    expect(JSON.parse(out).nodes).toHaveLength(1000)
  })
})
