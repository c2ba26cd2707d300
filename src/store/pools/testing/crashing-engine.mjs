// Runs one batch on the built engine, and kills its own process right before the nth step that
// leaves a trace on disk. Reads {paths, now, requests, crashAt}.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { text } from 'node:stream/consumers'
import Database from 'libsql'

const { paths, now, requests, crashAt } = JSON.parse(await text(process.stdin))
let step = 0

function watch(object, name) {
  const original = object[name]
  object[name] = function watched(...args) {
    step += 1
    if (step === crashAt) process.kill(process.pid, 'SIGKILL')
    return original.apply(this, args)
  }
}

for (const name of ['openSync', 'writeFileSync', 'fsyncSync', 'renameSync', 'linkSync', 'rmSync']) {
  watch(fs, name)
}
watch(Database.prototype, 'exec')
syncBuiltinESMExports()

const { createEngine } = await import('../../../../dist/store/pools/engine.js')
const engine = createEngine(paths)
step = 0
engine.run({ now, requests })
fs.writeSync(1, 'done\n')
process.exit(0)
