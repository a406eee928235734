import { expect, test } from 'vitest'
import { inBatches } from './in-batches.ts'

/** Acts when it is let; notes what it was asked for together. */
function held() {
  const batches: number[][] = []
  const gates: (() => void)[] = []
  const act = async (asks: number[]) => {
    batches.push(asks)
    await new Promise<void>((open) => gates.push(open))
    if (asks.includes(13)) throw new Error('thirteen')
    return asks.map((ask) => ask * 10)
  }
  /** Lets everything through that is there, and comes of it. */
  const open = async () => {
    for (let turn = 0; turn < 30; turn += 1) {
      for (const gate of gates.splice(0)) gate()
      await Promise.resolve()
    }
  }
  return { batches, act, open }
}

test('the first goes at once, what comes meanwhile goes together, in order and at most so many', async () => {
  const { batches, act, open } = held()
  const ask = inBatches({ sizeMax: 3, atOnce: 1 }, act)
  const answers = Promise.all([1, 2, 3, 4, 5].map(ask))
  expect(batches).toEqual([[1]])
  await open()
  expect(await answers).toEqual([10, 20, 30, 40, 50])
  expect(batches).toEqual([[1], [2, 3, 4], [5]])
})

test('so many batches are under way at once', async () => {
  const { batches, act, open } = held()
  const ask = inBatches({ sizeMax: 9, atOnce: 2 }, act)
  const answers = Promise.all([1, 2, 3, 4].map(ask))
  expect(batches).toEqual([[1], [2]])
  await open()
  expect(await answers).toEqual([10, 20, 30, 40])
  expect(batches).toEqual([[1], [2], [3, 4]])
})

test('who spoils a batch fails alone', async () => {
  const { act, open } = held()
  const ask = inBatches({ sizeMax: 9, atOnce: 1 }, act)
  const answers = Promise.allSettled([1, 2, 13, 4].map(ask))
  await open()
  expect(await answers).toMatchObject([{ value: 10 }, { value: 20 }, { reason: { message: 'thirteen' } }, { value: 40 }])
})
