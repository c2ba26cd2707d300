import { describe, expect, it } from 'vitest'
import type { Offer } from '../dhcp/message.ts'
import { examineDhcp } from './examine-dhcp.ts'
import type { DhcpAnswer, DhcpQuestion } from './ports.ts'

const URL = 'http://10.0.0.2/bootstrap'

function offer(server: string, bootFile: string | undefined): Offer {
  return { server, address: '10.0.0.100', bootFile }
}

function offers(...list: readonly Offer[]): DhcpAnswer {
  return { kind: 'offers', offers: list }
}

/** What is found where these are the answers, one for each question. */
async function examined(...answers: readonly DhcpAnswer[]) {
  const questions: DhcpQuestion[] = []
  const found = await examineDhcp('eth1', URL, {
    async askDhcp(question) {
      questions.push(question)
      const answer = answers[questions.length - 1]
      if (answer === undefined) throw new Error('there was one question too many')
      return answer
    },
  })
  expect(
    found.filter(({ state, advice }) => (state === 'fine') !== (advice === undefined)),
  ).toEqual([])
  return { lines: found.map(({ state, message }) => `${state}: ${message}`), found, questions }
}

describe('examineDhcp', () => {
  it('asks as a switch, then as somebody who says nothing of himself', async () => {
    const { questions } = await examined(
      offers(offer('A', URL), offer('B', URL)),
      offers(offer('A', undefined)),
    )
    expect(questions).toEqual([
      { interface: 'eth1', vendor: 'Arista;vEOS', patienceMs: 5000 },
      { interface: 'eth1', vendor: undefined, patienceMs: 5000, enough: 2 },
    ])
  })

  it.each<readonly [string, readonly DhcpAnswer[], readonly string[]]>([
    [
      'is content',
      [offers(offer('A', URL)), offers(offer('A', undefined))],
      [
        `fine: A offers a switch 10.0.0.100 and ${URL}`,
        'fine: A gives no boot file to other clients',
      ],
    ],
    ['hears nobody', [offers()], ['wrong: no DHCP server answers on eth1 within 5 s']],
    [
      'hears of no boot file',
      [offers(offer('A', undefined))],
      ['wrong: A offers a switch 10.0.0.100 and no boot file (option 67): a switch learns no URL'],
    ],
    [
      'hears of no boot file from one of two',
      [offers(offer('A', undefined), offer('B', URL)), offers()],
      [
        'warning: A offers a switch 10.0.0.100 and no boot file (option 67): a switch that takes that offer learns no URL',
        `fine: B offers a switch 10.0.0.100 and ${URL}`,
      ],
    ],
    [
      'hears of two wrong ones',
      [offers(offer('A', 'x'), offer('B', undefined)), offers(offer('A', 'x'))],
      [
        `wrong: A offers a switch 10.0.0.100 and the boot file x, not ${URL}`,
        'wrong: B offers a switch 10.0.0.100 and no boot file (option 67): a switch learns no URL',
        'warning: A gives x to every client, not only to Arista switches',
      ],
    ],
    [
      'may not ask',
      [{ kind: 'forbidden' }],
      ['wrong: only root may ask: DHCP answers come to port 68'],
    ],
    [
      'may not ask again',
      [offers(offer('A', URL)), { kind: 'port-in-use' }],
      [
        `fine: A offers a switch 10.0.0.100 and ${URL}`,
        'wrong: another DHCP client has port 68 of this machine for itself',
      ],
    ],
    [
      'cannot send',
      [{ kind: 'failed', reason: 'send EPERM' }],
      ['wrong: asking on eth1 failed: send EPERM'],
    ],
  ])('%s', async (_name, answers, expected) => {
    expect((await examined(...answers)).lines).toEqual(expected)
  })

  it('names the interfaces by which one can ask', async () => {
    const advice = async (...others: readonly string[]) =>
      (await examined({ kind: 'no-address', others })).found[0]?.advice
    expect(await advice('eth0', 'eth2')).toMatch(/^those that have one: eth0, eth2; give it one/)
    expect(await advice('eth0')).toMatch(/^those that have one: eth0; give it one/)
    expect(await advice()).toMatch(/^give it one .*: ip address add ADDRESS\/PREFIX dev eth1$/)
  })
})
