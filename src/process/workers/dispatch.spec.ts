import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type Arrival, createDispatch, type Taker } from './dispatch.ts'

/** Takes what it is given, and is done with each when told so. */
function slowTaker() {
  const taken: Arrival[] = []
  const unfinished: (() => void)[] = []
  const taker: Taker = {
    take(arrival, done) {
      taken.push(arrival)
      unfinished.push(done)
      return true
    },
  }
  return { ...taker, taken, finish: () => unfinished.shift()?.() }
}

function arrivals(count: number): readonly Arrival[] {
  return Array.from({ length: count }, () => ({ socket: new Socket(), secure: false }))
}

describe('a dispatch', () => {
  it('gives each taker one at a time, in turn', () => {
    const dispatch = createDispatch()
    const [one, other] = [slowTaker(), slowTaker()]
    dispatch.join(one)
    dispatch.join(other)
    const [a, b, c, d] = arrivals(4)
    for (const each of [a, b, c, d]) if (each) dispatch.add(each)
    expect([one.taken, other.taken]).toEqual([[a], [b]])
    other.finish()
    expect([one.taken, other.taken]).toEqual([[a], [b, c]])
    one.finish()
    expect([one.taken, other.taken]).toEqual([
      [a, d],
      [b, c],
    ])
  })

  it('keeps them while there is nobody, and says when none waits', async () => {
    const dispatch = createDispatch()
    const all = arrivals(2)
    for (const each of all) dispatch.add(each)
    let empty = false
    const emptied = dispatch.empty().then(() => {
      empty = true
    })
    const taker = slowTaker()
    dispatch.join(taker)
    await Promise.resolve()
    expect([taker.taken, empty]).toEqual([all.slice(0, 1), false])
    taker.finish()
    await emptied
    expect(taker.taken).toEqual(all)
    await dispatch.empty()
  })

  it('gives nothing more to one that has left', () => {
    const dispatch = createDispatch()
    const [gone, here] = [slowTaker(), slowTaker()]
    dispatch.join(gone)
    const [a, b] = arrivals(2)
    if (a) dispatch.add(a)
    dispatch.leave(gone)
    gone.finish()
    if (b) dispatch.add(b)
    dispatch.join(here)
    expect([gone.taken, here.taken]).toEqual([[a], [b]])
  })

  it('leaves the place of the others when one that waits leaves', () => {
    const dispatch = createDispatch()
    const [gone, here] = [slowTaker(), slowTaker()]
    dispatch.join(gone)
    dispatch.join(here)
    dispatch.leave(gone)
    const all = arrivals(1)
    for (const each of all) dispatch.add(each)
    expect([gone.taken, here.taken]).toEqual([[], all])
  })

  it('hands what one has left behind to one that waits', () => {
    const dispatch = createDispatch()
    const [gone, here] = [slowTaker(), slowTaker()]
    dispatch.join(gone)
    const all = arrivals(1)
    for (const each of all) dispatch.add(each)
    dispatch.join(here)
    dispatch.leave(gone, all[0])
    expect(here.taken).toEqual(all)
  })

  it('hands out first what one has left behind', () => {
    const dispatch = createDispatch()
    const [gone, here] = [slowTaker(), slowTaker()]
    dispatch.join(gone)
    const [a, b] = arrivals(2)
    for (const each of [a, b]) if (each) dispatch.add(each)
    dispatch.leave(gone, a)
    dispatch.join(here)
    here.finish()
    expect(here.taken).toEqual([a, b])
  })

  it('passes on what one does not take any more', () => {
    const dispatch = createDispatch()
    const here = slowTaker()
    dispatch.join({ take: () => false })
    dispatch.join(here)
    const all = arrivals(1)
    for (const each of all) dispatch.add(each)
    expect(here.taken).toEqual(all)
  })

  it('has no room without end', () => {
    const dispatch = createDispatch()
    const [socket] = arrivals(1)
    if (socket === undefined) throw new Error('there is one')
    for (let count = 0; count < 4_096; count += 1) expect(dispatch.add(socket)).toBe(true)
    expect(dispatch.add(socket)).toBe(false)
  })

  it('cuts those that wait when it is told to', async () => {
    const dispatch = createDispatch()
    const all = arrivals(3)
    for (const each of all) dispatch.add(each)
    const emptied = dispatch.empty()
    dispatch.cut()
    await emptied
    expect(all.map(({ socket }) => socket.destroyed)).toEqual([true, true, true])
  })
})
