import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeDataRoot } from './data-root.ts'
import { demandStatus, load } from './load.ts'
import { nginxVersion, startNginx } from './nginx.ts'
import {
  atLeast,
  atMost,
  type Check,
  count,
  type Effort,
  inRounds,
  type Scenario,
} from './scenario.ts'
import { withServer } from './server.ts'
import { median } from './statistics.ts'

const CLIENTS = 50
export const IMAGE_PATH = '/files/images/EOS.swi'
const MIB = 1024 * 1024

export const image: Scenario = {
  name: 'image',
  async run(folder, effort) {
    const size = effort.quick ? 128 * MIB : 1024 * MIB
    makeDataRoot(folder, {})
    writeImage(join(folder, 'data', IMAGE_PATH), size)
    return withServer(folder, async ({ origin, memory }) => {
      const whole = demandStatus(
        await load({ kind: 'download', origin, path: IMAGE_PATH, clients: CLIENTS }),
        '200',
      )
      if (whole.bytes !== CLIENTS * size) throw new Error('the clients did not get every byte')
      const { peak } = memory()
      const speed = whole.bytes / whole.seconds / 1e9
      const compared = await compare(folder, origin, effort)
      return [
        {
          what: `${count(size / MIB)} MiB image to ${CLIENTS} clients at once`,
          measured: `${count(speed)} GB/s`,
          latency: whole.latency,
          checks: [],
          note: 'one pass; the times are those of whole downloads',
        },
        {
          what: 'its peak RSS',
          measured: `${count(peak)} MiB`,
          checks: [atMost(peak, 250, ' MiB')],
        },
        {
          what: 'its speed against one worker of nginx',
          checks: compared.checks,
          measured: compared.measured,
          note: compared.note,
        },
      ]
    })
  },
}

/** Not sparse, and larger than any buffer on the way; in the page cache since just written. */
export function writeImage(path: string, size: number): void {
  mkdirSync(dirname(path), { recursive: true })
  const block = randomBytes(MIB)
  const file = openSync(path, 'w')
  for (let written = 0; written < size; written += block.length) writeSync(file, block)
  closeSync(file)
}

type Comparison = {
  readonly measured: string
  readonly checks: readonly Check[]
  readonly note: string
}

/** The two in turn, so that whatever else the machine does meets both. */
async function compare(folder: string, ours: string, effort: Effort): Promise<Comparison> {
  const version = nginxVersion()
  if (version === undefined) {
    return { measured: 'not compared', checks: [], note: 'nginx is not installed' }
  }
  const nginx = await startNginx(folder)
  try {
    const speed = async (origin: string): Promise<number> => {
      const { seconds } = effort
      const got = await load({
        kind: 'download',
        origin,
        path: IMAGE_PATH,
        clients: CLIENTS,
        seconds,
      })
      return got.bytes / got.seconds / 1e9
    }
    const rounds = await inRounds(effort.rounds, async () => {
      const [we, they] = [await speed(ours), await speed(nginx.origin)]
      return { we, they, ratio: we / they }
    })
    const ratio = median(rounds.map((each) => each.ratio))
    const we = median(rounds.map((each) => each.we))
    const they = median(rounds.map((each) => each.they))
    return {
      measured: `${count(ratio)} ×`,
      checks: [atLeast(ratio, 1, ' ×')],
      note: `ours ${count(we)} GB/s, nginx ${count(they)} GB/s, with ${CLIENTS} clients each, in turn`,
    }
  } finally {
    await nginx.stop()
  }
}
