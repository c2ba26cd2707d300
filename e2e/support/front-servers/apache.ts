import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { adapted, type FrontServer, startFront, WEB_USER } from './front-server.ts'

/** What Debian turns on with Apache; mod_deflate with its settings is among them. */
const USUAL = (
  'mpm_event access_compat alias authn_core authz_core authz_host authz_user autoindex deflate dir ' +
  'env filter mime negotiation reqtimeout setenvif status'
).split(' ')
const MODULES = '/etc/apache2/mods-available'

export type ApacheOptions = {
  /** A folder that the web server's user may enter. */
  readonly folder: string
  readonly port: number
  /** A configuration that we ship: its path. */
  readonly shipped: string
  /** What it says → what it has to say here. */
  readonly here: Readonly<Record<string, string>>
  /** Besides the usual ones. */
  readonly modules: readonly string[]
  /** More lines for the server, before what is shipped. */
  readonly more?: string
}

/** What `deploy/apache/passenger*.conf` have to say on this machine. */
export function passengerHere(here: {
  readonly folder: string
  readonly port: number
  /** Where the package is, without a slash at the end. */
  readonly root: string
  readonly configuration: string
  readonly dataRoot: string
  readonly node?: string | undefined
}): Readonly<Record<string, string>> {
  const { folder, port, root, configuration, dataRoot, node = process.execPath } = here
  return {
    'localhost:80/': `127.0.0.1:${port}/`,
    '/usr/lib/node_modules/ztpserver': root,
    '/usr/bin/node': node,
    '/etc/ztpserver/ztpserver.conf': configuration,
    'PassengerRestartDir /etc/ztpserver': `PassengerRestartDir ${folder}`,
    '/usr/share/ztpserver': dataRoot,
  }
}

/** More lines that Passenger needs where another Apache may run. */
export function passengerFolders(folder: string): string {
  return `PassengerInstanceRegistryDir ${folder}\nPassengerDataBufferDir ${folder}\n`
}

/** What a site of `deploy/apache` has to say for a port of the loopback. */
export function virtualHost(port: number): Readonly<Record<string, string>> {
  return { '<VirtualHost *:80>': `<VirtualHost 127.0.0.1:${port}>` }
}

export const AS_ROOT = process.getuid?.() === 0

/** Apache with a configuration that we ship, at a port of the loopback. */
export async function startApache(options: ApacheOptions): Promise<FrontServer> {
  const { folder, port } = options
  const [conf, log] = [join(folder, 'apache.conf'), join(folder, 'error.log')]
  await mkdir(join(folder, 'htdocs'), { recursive: true })
  await writeFile(join(folder, 'htdocs/index.html'), 'another site\n')
  await writeFile(conf, await configuration(options, log))
  const front = await startFront({
    program: '/usr/sbin/apache2',
    words: ['-D', 'FOREGROUND', '-f', conf],
    port,
  })
  return { ...front, log: () => `${front.log()}${readFileSync(log, 'utf8')}` }
}

async function configuration(options: ApacheOptions, log: string): Promise<string> {
  const { folder, port, shipped, here, modules, more = '' } = options
  const text = await readFile(shipped, 'utf8')
  const user = AS_ROOT ? `User ${WEB_USER}\nGroup ${WEB_USER}` : ''
  return `ServerRoot ${folder}
ServerName 127.0.0.1
DefaultRuntimeDir ${folder}
PidFile ${folder}/apache.pid
Listen 127.0.0.1:${port}
ErrorLog ${log}
LogLevel warn
${user}
${[...USUAL, ...modules].map(loading).join('\n')}
DocumentRoot ${folder}/htdocs
<Directory ${folder}/htdocs>
    Require all granted
</Directory>
${more}
${adapted(text, here)}`
}

/** As a2enmod does it. */
function loading(module: string): string {
  const files = ['load', 'conf'].map((ending) => `${MODULES}/${module}.${ending}`)
  return files
    .filter((file) => existsSync(file))
    .map((file) => `Include ${file}`)
    .join('\n')
}
