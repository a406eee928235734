import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { World } from '../world.ts'
import { certainOffsetMs } from './rules/clock.ts'
import { beat, databaseNow, lastBeat, saveAnswers, saveTickers } from './store/pulse.ts'
import { noteStripeAnswer } from './store/stripe.ts'
import type { Tally } from './tally.ts'

export interface Pulse {
  /** Says that the process is there, and everything that it counted since the last time. */
  beat(): Promise<void>
  /** Says that it ends, so that nobody misses it. */
  stop(): Promise<void>
}

/** @param clock the process's own, in ms: the sandbox's moved time is nobody's fault */
export function createPulse(
  world: Pick<World, 'db'>,
  parts: { role: 'all' | 'web' | 'worker'; tally: Tally; clock?: () => number },
): Pulse {
  const { role, tally, clock = Date.now } = parts
  const { q } = world.db
  const self = { id: randomUUID(), role, host: hostname(), pid: process.pid }
  const tell = async () => {
    const told = tally.take()
    try {
      await saveAnswers(q, told.answers)
      told.answers = []
      await saveTickers(q, told.tickers)
      told.tickers = []
      if (told.stripe) await noteStripeAnswer(q, told.stripe)
    } catch (error) {
      tally.putBack(told)
      throw error
    }
  }
  return {
    async beat() {
      const before = clock()
      const theirs = await databaseNow(q)
      const clockOffsetMs = certainOffsetMs({ before, after: clock(), theirs: theirs.getTime() })
      await beat(q, { ...self, clockOffsetMs })
      await tell()
    },
    async stop() {
      await tell().catch(() => undefined)
      await lastBeat(q, self.id).catch(() => undefined)
    },
  }
}
