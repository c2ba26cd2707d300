import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { startServer, type TestServer } from './support/server.ts'
import { clientFiles, rackSwitch } from './support/virtual-eos.ts'

let data: DataRoot
let server: TestServer

beforeAll(async () => {
  data = await makeDataRoot({
    ...(await clientFiles()),
    neighbordb: `patterns:
  - {name: upgraded, definition: upgraded, model: DCS-7050TX.*}
  - {name: custom, definition: custom, model: DCS-7010T}
`,
    'definitions/upgraded': `actions:
  - {action: install_image, attributes: {url: files/EOS.swi, version: 4.32.2F}}
  - {action: install_extension, attributes: {url: files/telemetry.rpm}}
  - {action: copy_file, attributes: {src_url: files/motd, dst_url: /mnt/flash/banners}}
  - action: add_config
    name: base
    onfailure: look at the template
    attributes: {url: files/base.template, substitution_mode: strict, variables: {a: 1}}
`,
    'definitions/custom': 'actions:\n  - {action: broken}\n',
    'actions/broken': `def main(attributes):
    node = attributes.get('NODE')
    node.log_msg('the last words')
    node.append_startup_config_lines(['hostname half-made'])
    raise RuntimeError('the fan spins backwards')
`,
    'files/EOS.swi': 'an image',
    'files/telemetry.rpm': 'an extension',
    'files/motd': 'new\n',
  })
  server = await startServer({ dataRoot: data.path })
})

afterAll(async () => {
  await server.stop()
  await data.remove()
})

const BEFORE = {
  'EOS-4.28.0F.swi': 'old',
  'boot-config': 'SWI=flash:/EOS-4.28.0F.swi\n',
  'banners/mine': 'mine\n',
}

describe.each(INTERPRETERS)('$name', (python) => {
  const short = python.name.replace(/\W/g, '')

  it('a failed run leaves flash as it was, boot-config too, and the next one succeeds', async () => {
    const serial = `RETRY${short}`
    const template = join(data.path, 'files/base.template')
    await writeFile(template, 'hostname $hostname\n')
    const leaf = await rackSwitch({ serial, python, version: '4.28.0F', flash: BEFORE })

    const first = await leaf.boot(server.url)
    expect([first.booted, first.verdict]).toEqual([
      false,
      expect.stringMatching(
        /^ERROR: \[actions\] Bootstrap process failed: executing action failed \(add_config\): .*'hostname' missing from list of substitutions$/,
      ),
    ])
    expect(first.output).toContain('Action executed succesfully (install_image)')
    expect(first.output).toContain('Action add_config: look at the template')
    expect(await leaf.files()).toEqual(Object.keys(BEFORE).toSorted())
    for (const [name, content] of Object.entries(BEFORE)) {
      expect([name, await leaf.read(name)]).toEqual([name, content])
    }

    await writeFile(`${template}.new`, 'hostname leaf-$a\n')
    await rename(`${template}.new`, template)
    const second = await leaf.boot(server.url)
    expect([second.booted, second.output]).toEqual([true, expect.stringContaining('(status=409)')])
    expect(await leaf.read('startup-config')).toBe('hostname leaf-1\n')
    expect(await leaf.read('boot-config')).toBe('SWI=flash:/EOS-4.32.2F.swi\n')
    expect(await leaf.files()).toEqual([
      '.extensions/telemetry.rpm',
      'EOS-4.28.0F.swi',
      'EOS-4.32.2F.swi',
      'banners/mine',
      'banners/motd',
      'boot-config',
      'boot-extensions',
      'startup-config',
    ])
  })

  it("the server's log has the stage, the reason and the end of the switch's own log", async () => {
    const serial = `TOLD${short}`
    const leaf = await rackSwitch({ serial, python, model: 'DCS-7010T' })
    const { booted, verdict } = await leaf.boot(server.url)
    const reason = 'executing action failed (broken): the fan spins backwards'
    expect([booted, verdict]).toEqual([
      false,
      `ERROR: [actions] Bootstrap process failed: ${reason}`,
    ])
    expect(await leaf.files()).toEqual([])
    await server.logs(new RegExp(`:ERROR:.* ${serial}: action broken failed, 0 %: `))
    await server.logs(
      new RegExp(`:INFO:.* ${serial}: action: ZTPS - DEBUG: ${serial}: the last words`),
    )
    await server.logs(`${serial}: bootstrap failed: [actions] Bootstrap process failed: ${reason}`)
  })
})
