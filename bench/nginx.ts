import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../src/http/free-port.ts'
import { end } from './server.ts'

/** Debian keeps it off a user's path. */
const PATH = `${process.env.PATH}:/usr/sbin`

/** @returns its version, undefined where nginx is not installed */
export function nginxVersion(): string | undefined {
  // It prints on standard error.
  const { stderr, error } = spawnSync('nginx', ['-v'], { env: { PATH }, encoding: 'utf8' })
  return error === undefined ? stderr.replace('nginx version: ', '').trim() : undefined
}

export type Nginx = { readonly origin: string; stop(): Promise<void> }

/**
 * One worker of nginx with the settings of Debian's package, serving `data/files` as /files.
 *
 * @param folder where its configuration and its temporary files go
 */
export async function startNginx(folder: string): Promise<Nginx> {
  const port = await freePort()
  const home = join(folder, 'nginx')
  mkdirSync(home)
  writeFileSync(join(home, 'nginx.conf'), configuration(home, join(folder, 'data'), port))
  const child = spawn('nginx', ['-c', join(home, 'nginx.conf'), '-e', join(home, 'error.log')], {
    env: { PATH },
    stdio: 'ignore',
  })
  child.once('error', () => {})
  while (child.exitCode === null && !(await answers(port))) await wait(20)
  return { origin: `http://127.0.0.1:${port}`, stop: () => end(child) }
}

function configuration(home: string, root: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((each) => `  ${each}_temp_path ${home}/${each};\n`)
    .join('')
  return `${process.getuid?.() === 0 ? 'user root;\n' : ''}daemon off;
worker_processes 1;
pid ${home}/pid;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  access_log off;
${temporary}  server { listen 127.0.0.1:${port}; root ${root}; }
}
`
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
