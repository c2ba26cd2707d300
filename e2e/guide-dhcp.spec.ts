import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFiles } from './support/data-root.ts'
import { followSteps } from './support/follow-steps.ts'

const GUIDE = fileURLToPath(new URL('../docs/guides/dhcp.md', import.meta.url))

let folder: string
let page: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  page = await readFile(GUIDE, 'utf8')
  const settings = /```ini\n(.*?)```/s.exec(page)?.[1] ?? ''
  await writeFiles(folder, {
    'ztpserver.conf': `${settings}data_root = data\n`,
    'data/nodes/JPE21430099/.node': JSON.stringify({
      serialnumber: 'JPE21430099',
      systemmac: '00:1c:73:00:10:01',
    }),
    'data/resources/mgmt_subnet': '10.0.0.50/24: JPE21430099\n10.0.0.51/24: null\n',
  })
})

afterAll(() => rm(folder, { recursive: true, force: true }))

it('every command of the guide answers what the guide says', async () => {
  expect(await followSteps(page, { folder, conf: join(folder, 'ztpserver.conf') })).toBe(3)
})
