import { describe, expect, it } from 'vitest'
import { didYouMean, nearest } from './nearest.ts'

describe('nearest', () => {
  it.each([
    ['data_rot', ['server_url', 'data_root'], 'data_root'],
    ['dataroot', ['server_url', 'data_root'], 'data_root'],
    ['SERVER_URL', ['server_url'], 'server_url'],
    ['neigbourdb', ['neighbordb', 'bootstrap'], 'neighbordb'],
    ['completely-else', ['data_root', 'port'], undefined],
    ['x', ['port', 'y'], undefined],
    ['', ['port'], undefined],
    ['port', [], undefined],
    ['a'.repeat(100_000), ['port'], undefined],
  ])('of %.20s among %j is %s', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected)
  })

  it('is offered as a question', () => {
    expect(didYouMean('prot', ['port'])).toBe('; did you mean port?')
    expect(didYouMean('nothing-like-it', ['port'])).toBe('')
  })
})
