import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { startServer, type TestServer } from './support/server.ts'
import { clientFiles, rackSwitch } from './support/virtual-eos.ts'

/**
 * An operator's action in the manner of those written for ZTPServer: text files and native strings,
 * six where it helps, every method that an action could count on.
 */
const ACTION = `import json
import os
import tempfile

from six import iteritems
from six.moves.urllib.parse import urlsplit


def main(attributes):
    node = attributes.get('NODE')
    own = attributes.copy()
    del own['NODE']
    if attributes.get('nothing') is not None or attributes.get('nothing', 7) != 7:
        raise Exception('defaults')

    node.log_msg('site %s' % attributes.get('site'))
    node.log_msg('only a warning', True)

    if node.has_startup_config():
        raise Exception('there is a startup-config already')
    template = tempfile.NamedTemporaryFile(delete=False)
    template.close()
    node.retrieve_url(attributes.get('url'), template.name)
    node.retrieve_url(node.server_address() + '/files/motd', os.path.join(node.flash(), 'motd'))
    with open(template.name) as source:
        lines = node.substitute(source.read(), attributes.get('variables')).split('\\n')
    os.remove(template.name)
    node.append_startup_config_lines(lines)
    node.append_startup_config_lines(['! %s is %s' % pair for pair in iteritems({'a': 1})])
    loose = node.substitute('$here and $there', {'here': 'HERE'}, strict=False)
    try:
        node.substitute('$there', {})
    except Exception as error:
        loose += '; ' + str(error)

    node.append_rc_eos_lines(['echo booted >> %s/booted' % node.flash()])
    version = node.api_enable_cmds(['show version'])[0]
    text = node.api_enable_cmds(['show version'], text_format=True)[0]
    node.api_config_cmds(['hostname temporary'])
    raw = node.client.runCmds(1, ['enable', 'show version'], 'json')[1]
    node.create_user('ops', 'eosadmin', 'secret', attributes.get('home'), ['ssh-ed25519 AAAA'])

    with open(os.path.join(node.flash(), 'report'), 'w') as output:
        json.dump({
            'own': sorted(own), 'nested': own['nested']['list'][1]['deep'],
            'loose': loose,
            'system': node.system(), 'neighbors': node.neighbors(),
            'details': node.details() == dict(node.system(), **node.neighbors()),
            'models': [version['modelName'], raw['modelName'], text.split()[1]],
            'bash': [node.bash_cmds(['true', 'echo out; echo err >&2; exit 3', 'never']),
                     node.bash_cmds(['true'])],
            'paths': [node.startup_config() == os.path.join(node.flash(), 'startup-config'),
                      node.rc_eos() == os.path.join(node.flash(), 'rc.eos')],
            'has': node.has_startup_config(),
            'scheme': urlsplit(node.server_address()).scheme}, output)
`

let data: DataRoot
let server: TestServer

beforeAll(async () => {
  data = await makeDataRoot({
    ...(await clientFiles()),
    neighbordb: 'patterns:\n  - {name: all, definition: all, interfaces: [{any: any:any}]}\n',
    'resources/names': 'leaf-1: null\nleaf-2: null\n',
    'actions/site_setup': ACTION,
    'files/site.template': 'hostname $name\nlocation $where\n',
    'files/motd': 'Welcome\n',
  })
  await writeFiles(data.path, {
    'definitions/all': `attributes:
  site: north
actions:
  - action: site_setup
    attributes:
      url: files/site.template
      home: ${join(data.path, '../persist')}
      variables: {name: allocate('names'), where: $site}
      nested: {list: [1, {deep: yes}]}
`,
  })
  server = await startServer({ dataRoot: data.path })
})

afterAll(async () => {
  await server.stop()
  await data.remove()
})

describe.each(INTERPRETERS)('$name', (python) => {
  it("an operator's action, written for ZTPServer, runs unchanged", async () => {
    const serial = `OWN${python.name.replace(/\W/g, '')}`
    const leaf = await rackSwitch({
      serial,
      python,
      mac: '00:1c:73:00:00:09',
      model: 'DCS-7050S-64-F',
      version: '4.20.1F',
      neighbors: { Ethernet1: 'spine1:Ethernet7' },
    })
    const { booted, output } = await leaf.boot(server.url)
    expect([booted, output]).toEqual([
      true,
      expect.stringContaining(`DEBUG: ${serial}: site north`),
    ])
    expect(output).toContain(`ERROR: ${serial}: only a warning`)
    const system = {
      model: 'DCS-7050S-64-F',
      version: '4.20.1F',
      systemmac: '00:1c:73:00:00:09',
      serialnumber: serial,
    }
    expect(JSON.parse(await leaf.read('report'))).toEqual({
      own: ['home', 'nested', 'site', 'url', 'variables'],
      nested: true,
      loose:
        "HERE and $there; Unable to perform variable substitution - 'there' missing from list of substitutions",
      system,
      neighbors: { neighbors: { Ethernet1: [{ device: 'spine1', port: 'Ethernet7' }] } },
      details: true,
      models: [system.model, system.model, system.model],
      bash: [
        ['echo out; echo err >&2; exit 3', 3, 'out\n', 'err\n'],
        [null, null, null, null],
      ],
      paths: [true, true],
      has: true,
      scheme: 'http',
    })
    expect(await leaf.read('startup-config')).toMatch(
      /^hostname leaf-[12]\nlocation north\n\n\n! a is 1\n$/,
    )
    expect(await leaf.read('booted')).toBe('booted\n')
    expect(await leaf.read('rc.eos')).toMatch(/^#!\/bin\/bash\necho booted/)
    expect(await leaf.read('motd')).toBe('Welcome\n')
  })
})
