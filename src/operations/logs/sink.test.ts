import { setTimeout as passes } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import type { LogLine } from './line.ts'
import { createLogSink, type SinkLimits } from './sink.ts'

const AT = '2026-11-24T09:30:00.000Z'
const line = (msg: string, level = 'info') => JSON.stringify({ level, time: AT, fn: 'http', msg })

/** A sink over a database that answers as `answer` says. */
function sink(limits: Partial<SinkLimits> = {}, answer: () => Promise<void> = async () => undefined) {
  const batches: string[][] = []
  const lost: number[] = []
  const save = async (lines: LogLine[]) => {
    await answer()
    batches.push(lines.map((one) => one.message))
  }
  return { ...createLogSink({ save, onLost: (count) => lost.push(count), limits: { everyMs: 5, ...limits } }), batches, lost }
}

test('lines are written together, in their order, some moments later', async () => {
  const { write, batches, close } = sink()
  for (const msg of ['one', 'two', 'three']) write(line(msg))
  expect(batches).toEqual([])
  await vi.waitFor(() => expect(batches).toEqual([['one', 'two', 'three']]))
  await close(100)
})

test('a full batch does not wait for the time', async () => {
  const { write, batches, close } = sink({ batch: 2, everyMs: 60_000 })
  for (const msg of ['one', 'two']) write(line(msg))
  await vi.waitFor(() => expect(batches).toEqual([['one', 'two']]))
  write(line('three'))
  await close(100)
  expect(batches).toEqual([['one', 'two'], ['three']])
})

test('what does not fit is dropped, counted, and told once lines are kept again', async () => {
  const { write, batches, lost, dropped, close } = sink({ lines: 3, everyMs: 5 })
  for (let n = 0; n < 10; n += 1) write(line(`${n}`))
  expect(dropped()).toBe(7)
  await vi.waitFor(() => expect(lost).toEqual([7]))
  expect(batches).toEqual([['0', '1', '2']])
  write(line('later'))
  await vi.waitFor(() => expect(batches.length).toBe(2))
  expect(lost).toEqual([7])
  await close(100)
})

test('long lines fill it as well', () => {
  const { write, dropped } = sink({ chars: 1_000, everyMs: 60_000 })
  write(line('x'.repeat(600)))
  write(line('x'.repeat(600)))
  expect(dropped()).toBe(1)
})

test('a flood is braked, warnings are not', async () => {
  const { write, batches, dropped, close } = sink({ lines: 3, batch: 3, quietASecond: 0 })
  for (const msg of ['one', 'two', 'three']) write(line(msg))
  await vi.waitFor(() => expect(batches).toHaveLength(1))
  write(line('four'))
  write(line('five', 'warn'))
  await close(100)
  expect(dropped()).toBe(1)
  expect(batches.flat()).toEqual(['one', 'two', 'three', 'five'])
})

test('while the database is away lines wait; they come in order when it is back', async () => {
  let away = true
  const { write, batches, lost, close } = sink({ lines: 4 }, async () => {
    if (away) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  })
  for (const msg of ['one', 'two']) write(line(msg))
  await passes(20)
  for (const msg of ['three', 'four', 'five']) write(line(msg))
  away = false
  await vi.waitFor(() => expect(lost).toEqual([1]), { timeout: 5_000 })
  expect(batches.flat()).toEqual(['one', 'two', 'three', 'four'])
  await close(100)
})

test('lines that the database refuses are not brought again', async () => {
  let refuses = true
  const { write, batches, dropped, close } = sink({}, async () => {
    if (refuses) throw Object.assign(new Error('invalid input'), { code: '22P02' })
  })
  write(line('poison'))
  await vi.waitFor(() => expect(dropped()).toBe(1))
  refuses = false
  write(line('good'))
  await vi.waitFor(() => expect(batches).toEqual([['good']]))
  await close(100)
})

test('closing ends in time though the database hangs, and counts what it lost', async () => {
  const { write, dropped, close } = sink({ batch: 1, lines: 5 }, () => new Promise(() => undefined))
  for (const msg of ['in flight', 'waits', 'waits too']) write(line(msg))
  const began = performance.now()
  await close(50)
  expect(performance.now() - began).toBeLessThan(2_000)
  expect(dropped()).toBe(2)
  write(line('after the end'))
  expect(dropped()).toBe(3)
})
