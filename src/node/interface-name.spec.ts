import { describe, expect, it } from 'vitest'
import { normalInterfaceName, parseLocalInterfaces } from './interface-name.ts'

function numbered(word: string, from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${word}${from + index}`)
}

describe('parseLocalInterfaces', () => {
  it.each(['any', 'none', ' any '])('knows %j', (text) => {
    expect(parseLocalInterfaces(text)).toEqual({ kind: text.trim() })
  })

  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['Ethernet1', ['Ethernet1']],
    ['Et1', ['Ethernet1']],
    ['e1/2', ['Ethernet1/2']],
    ['ETHERNET4/1/3', ['Ethernet4/1/3']],
    ['ethern9', ['Ethernet9']],
    ['Ma1', ['Management1']],
    ['m1/1', ['Management1/1']],
    ['Ethernet1-2,4,6-7', ['Ethernet1', 'Ethernet2', 'Ethernet4', 'Ethernet6', 'Ethernet7']],
    [' Ethernet1 , 3 ', ['Ethernet1', 'Ethernet3']],
    ['Ethernet1/3-1/32', numbered('Ethernet1/', 3, 32)],
    ['Ethernet1/3-Ethernet1/4', ['Ethernet1/3', 'Ethernet1/4']],
    ['Et1/2/1-e1/2/4', numbered('Ethernet1/2/', 1, 4)],
    ['Ethernet1,Management1,2', ['Ethernet1', 'Management1', 'Management2']],
    ['Ethernet1/3-1/4,7', ['Ethernet1/3', 'Ethernet1/4', 'Ethernet7']],
    ['Ethernet1-4096', numbered('Ethernet', 1, 4096)],
  ]
  it.each(lists)('reads %s', (text, names) => {
    expect(parseLocalInterfaces(text)).toEqual({ kind: 'names', names })
  })

  it.each([
    ['', 'an item of the list is empty'],
    ['Ethernet1,,2', 'an item of the list is empty'],
    ['Ethernet1,', 'an item of the list is empty'],
    ['Ethernet', "'Ethernet' is not an interface"],
    ['1', "'1' needs Ethernet or Management before its number"],
    ['Ethernet0', "'Ethernet0' has a number that begins with 0"],
    ['Ethernet1/0', "'Ethernet1/0' has a number that begins with 0"],
    ['Ethernet01', "'Ethernet01' has a number that begins with 0"],
    ['Ethernet1/2/3/4', "'Ethernet1/2/3/4' has more than three numbers"],
    ['Ethernet1/', "'Ethernet1/' is not an interface"],
    ['Ethernet 1', "'Ethernet 1' is not an interface"],
    ['Port-Channel1', "'Port' is not an interface"],
    ['Loopback0', "'Loopback0' is neither an Ethernet nor a Management interface"],
    ['Ethernets1', "'Ethernets1' is neither"],
    ['any,Ethernet1', "'any' is not an interface"],
    ['Ethernet3/1-4', "range 'Ethernet3/1-4' must have the same leading numbers"],
    ['Ethernet1/3-2/4', "range 'Ethernet1/3-2/4' must have the same leading numbers"],
    ['Ethernet4-1', "range 'Ethernet4-1' must grow"],
    ['Ethernet4-4', "range 'Ethernet4-4' must grow"],
    [
      'Ethernet1-Management4',
      "'Ethernet1-Management4' begins with Ethernet and ends with Management",
    ],
    ['Ethernet1-2-3', "'Ethernet1-2-3' has more than one '-'"],
    ['Ethernet1-', "an item of the list is empty (in 'Ethernet1-')"],
    ['Ethernet1-x', "'x' is not an interface: write Ethernet1, Ethernet1/2 or Management1 (in"],
    ['Ethernet1,2,x3', "'x3' is neither"],
    ['Ethernet1-4097', "'Ethernet1-4097' makes more than 4096 interfaces"],
    ['Ethernet1-4000,5001-5097', "'5001-5097' makes more than 4096 interfaces"],
    ['Ethernet1-999999', "'Ethernet1-999999' makes more than 4096 interfaces"],
    ['Ethernet1-999999999', "'999999999' has a number of more than 6 digits"],
    ['$x', "'$x' is not an interface"],
  ])('says what is wrong with %j', (text, reason) => {
    const found = parseLocalInterfaces(text)
    expect(found.kind === 'bad' ? found.reason : found).toContain(reason)
  })
})

describe('normalInterfaceName', () => {
  it.each([
    ['Et49', 'Ethernet49'],
    ['management1', 'Management1'],
    ['Ethernet1/1', 'Ethernet1/1'],
    ['Port-Channel1', 'Port-Channel1'],
    ['', ''],
    ['__proto__', '__proto__'],
    ['49', '49'],
  ])('makes of %j %j', (written, normal) => {
    expect(normalInterfaceName(written)).toBe(normal)
  })
})
