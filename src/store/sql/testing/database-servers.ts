import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { freePort } from '../../../http/free-port.ts'
import {
  findProgram,
  prepare,
  type ServerProcess,
  serverFolder,
  serverProcess,
} from './server-process.ts'

/** Rows as their programs print them, NULL as the word `NULL`. */
export type Rows = readonly (readonly string[])[]

/** A database of its own for one test. */
export type TestDatabase = {
  readonly name: string
  /** With the password of a user who owns this database and may do nothing else. */
  readonly url: string
  /** Runs statements as the server's administrator. @returns the rows of all of them */
  sql(statements: string): Rows
  /** A connection as the server's administrator. */
  foreign(): Promise<{ run(statement: string): Promise<unknown>; end(): Promise<void> }>
}

/** A real database server on a port of the loopback, with a data folder of its own. */
export type DatabaseServer = ServerProcess & {
  readonly kind: 'postgres' | 'mysql'
  readonly port: number
  /** The user of every test database. */
  readonly user: string
  /** Has characters that a URL must escape. */
  readonly password: string
  /** The file with its certificate, which is for `localhost` and signed by itself. */
  readonly certificate: string
  createDatabase(): TestDatabase
  /** Runs statements as the administrator, in any database of the server. */
  inDatabase(name: string, statements: string): Rows
}

type Certificate = { readonly cert: string; readonly key: string }

function makeCertificate(folder: string): Certificate {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const what = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const whom = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const how = ['-nodes', '-days', '2', '-keyout', key, '-out', cert]
  prepare(folder, findProgram('openssl', []), [...what, ...whom, ...how])
  return { cert, key }
}

const USER = 'ztps'
const PASSWORD = 'p@ss/w:rd %41 ü'

/** Starts PostgreSQL as it comes: durable, clients by password. */
export async function startPostgres(): Promise<DatabaseServer> {
  const folder = serverFolder('postgres')
  const port = await freePort()
  const bin = (program: string) => findProgram(program, postgresFolders())
  const data = join(folder, 'data')
  const auth = ['--auth-local=trust', '--auth-host=scram-sha-256']
  prepare(folder, bin('initdb'), ['-D', data, '-U', 'admin', '-E', 'UTF8', '--no-sync', ...auth])
  const run = (statements: string, database = 'postgres') => {
    const how = ['-X', '-q', '-A', '-t', '-F', '\t', '-P', 'null=NULL', '-v', 'ON_ERROR_STOP=1']
    const where = ['-h', folder, '-p', `${port}`, '-U', 'admin', '-d', database]
    return rows(bin('psql'), [...how, ...where], statements)
  }
  const certificate = makeCertificate(folder)
  const settings = [
    ['listen_addresses', '127.0.0.1'],
    ['shared_buffers', '16MB'],
    ['ssl', 'on'],
    ['ssl_cert_file', certificate.cert],
    ['ssl_key_file', certificate.key],
  ].flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = serverProcess({
    folder,
    program: bin('postgres'),
    args: ['-D', data, '-k', folder, '-p', `${port}`, ...settings],
    stopSignal: 'SIGINT',
    ready: () => run('select 1'),
  })
  await server.start()
  run(`create role ${USER} login password '${PASSWORD}'`)
  const foreign = async (database: string) => {
    const client = new pg.Client({ host: folder, port, user: 'admin', database })
    // Its server may be stopped under it.
    client.on('error', () => undefined)
    await client.connect()
    return { run: (statement: string) => client.query(statement), end: () => client.end() }
  }
  const what = { kind: 'postgres', port, certificate: certificate.cert } as const
  return databaseServer(what, server, { run, foreign }, (name) => {
    run(`create database ${name} owner ${USER}`)
  })
}

/** Debian's folders of PostgreSQL's programs, the newest first. */
function postgresFolders(): readonly string[] {
  const root = '/usr/lib/postgresql'
  try {
    const versions = readdirSync(root).sort((one, other) => Number(other) - Number(one))
    return versions.map((version) => join(root, version, 'bin'))
  } catch {
    return []
  }
}

/** Starts MariaDB as it comes, but for sizes: durable, clients by password. */
export async function startMariadb(): Promise<DatabaseServer> {
  const folder = serverFolder('mariadb')
  const port = await freePort()
  const socket = join(folder, 'socket')
  const options = join(folder, 'my.cnf')
  const certificate = makeCertificate(folder)
  writeFileSync(options, mariadbOptions(folder, socket, port, certificate))
  const install = findProgram('mariadb-install-db', [])
  const how = ['--auth-root-authentication-method=normal', '--skip-test-db']
  prepare(folder, install, [`--defaults-file=${options}`, ...how])
  const run = (statements: string, database = 'mysql') => {
    const how = ['-u', 'root', '--batch', '--raw', '-N', '--default-character-set=utf8mb4']
    return rows(
      findProgram('mariadb', []),
      ['--no-defaults', `--socket=${socket}`, ...how, database],
      statements,
    )
  }
  const server = serverProcess({
    folder,
    program: findProgram('mariadbd', []),
    args: [`--defaults-file=${options}`],
    stopSignal: 'SIGTERM',
    ready: () => run('select 1'),
  })
  await server.start()
  run(`create user ${USER}@'127.0.0.1' identified by '${PASSWORD}'`)
  const foreign = async (database: string) => {
    const connection = await createConnection({ socketPath: socket, user: 'root', database })
    connection.on('error', () => undefined)
    return {
      run: (statement: string) => connection.query(statement),
      end: () => connection.end(),
    }
  }
  const what = { kind: 'mysql', port, certificate: certificate.cert } as const
  return databaseServer(what, server, { run, foreign }, (name) => {
    run(`create database ${name}; grant all on ${name}.* to ${USER}@'127.0.0.1'`)
  })
}

function mariadbOptions(
  folder: string,
  socket: string,
  port: number,
  { cert, key }: Certificate,
): string {
  return `[mariadbd]
datadir = ${join(folder, 'data')}
socket = ${socket}
pid-file = ${join(folder, 'pid')}
bind-address = 127.0.0.1
port = ${port}
skip-name-resolve
character-set-server = utf8mb4
collation-server = utf8mb4_general_ci
ssl_cert = ${cert}
ssl_key = ${key}
innodb_log_file_size = 16M
innodb_buffer_pool_size = 32M
`
}

function rows(program: string, args: readonly string[], input: string): Rows {
  const stdio = ['pipe', 'pipe', 'pipe'] as const
  const printed = execFileSync(program, args, { input, encoding: 'utf8', stdio: [...stdio] })
  return printed
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'))
}

type Administrator = {
  run(statements: string, database: string): Rows
  foreign(database: string): ReturnType<TestDatabase['foreign']>
}

function databaseServer(
  what: Pick<DatabaseServer, 'kind' | 'port' | 'certificate'>,
  server: ServerProcess,
  { run, foreign }: Administrator,
  create: (name: string) => void,
): DatabaseServer {
  let databases = 0
  return {
    ...server,
    ...what,
    user: USER,
    password: PASSWORD,
    inDatabase: (name, statements) => run(statements, name),
    createDatabase() {
      databases += 1
      const name = `test_${databases}`
      create(name)
      const where = `127.0.0.1:${what.port}/${name}`
      const url = `${what.kind}://${USER}:${encodeURIComponent(PASSWORD)}@${where}`
      return { name, url, sql: (statements) => run(statements, name), foreign: () => foreign(name) }
    },
  }
}
