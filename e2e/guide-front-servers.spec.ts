import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSettings } from '../src/config/settings.ts'
import { freePort } from '../src/http/free-port.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

/** The fences of a guide in one language. */
async function fences(page: string, language: string): Promise<readonly string[]> {
  const text = await readFile(join(ROOT, 'docs/guides', page), 'utf8')
  const found = text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))
  return [...found].map(([, body = '']) => body)
}

/** What the files of a folder of deploy/ say, one line each, commented out or not. */
async function shippedLines(folder: string): Promise<ReadonlySet<string>> {
  const names = await readdir(join(ROOT, 'deploy', folder))
  const texts = names.map((name) => readFile(join(ROOT, 'deploy', folder, name), 'utf8'))
  const lines = (await Promise.all(texts)).join('\n').split('\n')
  return new Set(lines.map((line) => line.trim().replace(/^#/, '')))
}

/** Runs the commands of a root's console, on folders of the test's own. */
async function runAsShown(page: string, here: Readonly<Record<string, string>>): Promise<string> {
  const [shown = ''] = await fences(page, 'console')
  let commands = shown.replace(/^# /gm, '')
  for (const [from, to] of Object.entries(here)) {
    expect(commands).toContain(from)
    commands = commands.replaceAll(from, to)
  }
  const { stdout, stderr } = await run('sh', ['-e', '-c', commands], { cwd: ROOT })
  return stdout + stderr
}

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
})

afterEach(() => rm(folder, { recursive: true }))

describe.each([
  { page: 'nginx.md', language: 'nginx', deploy: 'nginx' },
  { page: 'haproxy.md', language: 'haproxy', deploy: 'haproxy' },
])('$page', ({ page, language, deploy }) => {
  it('shows settings that the server takes', async () => {
    const settings = await fences(page, 'ini')
    expect(settings.length).toBeGreaterThan(0)
    for (const text of settings) {
      const { diagnostics } = readSettings({ text, file: page, environment: {} })
      expect([text, diagnostics]).toEqual([text, []])
    }
  })

  it('shows lines that deploy/ has, but for the port of another server', async () => {
    const shipped = await shippedLines(deploy)
    const shown = (await fences(page, language)).flatMap((text) => text.trim().split('\n'))
    expect(shown.length).toBeGreaterThan(0)
    const known = shown.map((line) => line.replace(':8081 max_fails', ':8080 max_fails'))
    expect(known.filter((line) => !shipped.has(line))).toEqual([])
  })
})

it('the commands of nginx.md give a configuration that nginx takes', async () => {
  await mkdir(join(folder, 'sites-enabled'))
  const [conf, port] = [join(folder, 'nginx.conf'), await freePort()]
  const sites = `events {}\nhttp { include ${folder}/sites-enabled/*; }\n`
  await writeFile(conf, `pid ${folder}/pid;\n${sites}`)
  const output = await runAsShown('nginx.md', {
    '/etc/nginx': folder,
    // The files name their own place, and a port that not everybody may have.
    'nginx -t && systemctl reload nginx': `sed -i 's|/etc/nginx|${folder}|; s|80;$|${port};|' ${folder}/ztpserver/*.conf
/usr/sbin/nginx -t -c ${conf}`,
  })
  expect(output).toContain('test is successful')
})

it.each(['root.cfg', 'kept.cfg', 'stripped.cfg'])(
  'the commands of haproxy.md give a configuration that HAProxy takes, with %s',
  async (frontend) => {
    const output = await runAsShown('haproxy.md', {
      'root.cfg': frontend,
      '/etc/haproxy/haproxy.cfg': join(folder, 'haproxy.cfg'),
      'haproxy -c': '/usr/sbin/haproxy -c',
      ' && systemctl reload haproxy': '',
    })
    expect(output).toContain('Configuration file is valid')
    expect(output).not.toMatch(/WARNING|ALERT/)
  },
)
