'use strict'
// The server under Phusion Passenger: what ztpserver.wsgi was under mod_wsgi. Passenger starts the
// processes, and loads this file in each. The configuration file is /etc/ztpserver/ztpserver.conf,
// or the one that ZTPS_CONFIG names: `SetEnv ZTPS_CONFIG …` in Apache's configuration. With
// `SetEnv ZTPS_DEBUG 1` the log has every request.
const { createServer } = require('node:http')

const NODE = process.versions.node
const OLDEST_NODE = 20
/** How long a server that could not start waits before a request has it try again. */
const RETRY_MS = 5_000
/** What a thread may still take once everything is closed. */
const LEFTOVERS_MS = 500

/** The application; undefined as long as it could not be made. */
let app
let trying = false
let lastTry = 0
let complaint = ''

/** Says once what is wrong, and again only when something else is. */
async function tryToStart() {
  trying = true
  try {
    if (isOld(NODE)) throw new Error('this Node.js is too old')
    const { createApp } = await import('../../dist/index.js')
    // Only Passenger reaches our socket, and it says whom it speaks for.
    app = await createApp({ trustUnix: true, debug: process.env.ZTPS_DEBUG === '1' })
  } catch (fault) {
    const message = `ztpserver cannot start: ${reason(fault)}`
    if (message !== complaint) console.error(message)
    complaint = message
  }
  trying = false
  lastTry = Date.now()
}

function isOld(node) {
  return Number.parseInt(node, 10) < OLDEST_NODE
}

function reason(fault) {
  if (isOld(NODE)) {
    return `it needs Node.js ${OLDEST_NODE} or later, and PassengerNodejs names ${NODE} (${process.execPath})`
  }
  if (fault.code === 'ERR_MODULE_NOT_FOUND') {
    return `it is not built or a dependency is missing: run npm ci (${fault.message})`
  }
  // What has a code of ours is the operator's to mend; anything else is a fault of the program.
  return /^ZTP_/.test(fault.code) ? fault.message : fault.stack
}

/**
 * A process that ended because of a wrong configuration would be started anew for every request. So
 * it stays, says what is wrong, and heals when the file is mended.
 */
function answer(request, response) {
  if (app !== undefined) return app(request, response)
  if (!trying && Date.now() - lastTry > RETRY_MS) tryToStart()
  request.resume()
  response.writeHead(503, {
    'content-type': 'text/html; charset=UTF-8',
    'retry-after': String(RETRY_MS / 1000),
  })
  response.end("ztpserver cannot start; the web server's error log says why\n")
}

/** Requests in flight end first; then the application closes, and nothing keeps the process. */
function endWith(server) {
  server.close(async () => {
    await app?.close()
    setTimeout(() => process.exit(), LEFTOVERS_MS).unref()
  })
}

async function main(passenger) {
  await tryToStart()
  // A request of HTTP/1.0 need not name a host; Passenger passes it on as one of HTTP/1.1.
  const server = createServer({ requireHostHeader: false })
  // When to close a connection that rests is Passenger's to say: it might just send a request.
  server.keepAliveTimeout = 0
  passenger.configure({ autoInstall: false })
  server.listen('passenger')
  // Passenger's own listener gives every peer the address 127.0.0.1, which others could have, too.
  server.removeAllListeners('request')
  server.on('request', answer)
  passenger.on('exit', () => endWith(server))
}

const { PhusionPassenger } = globalThis
if (PhusionPassenger === undefined) {
  console.error('ztpserver.cjs is for Phusion Passenger to load; without it, run ztps')
  process.exit(2)
}
main(PhusionPassenger)
