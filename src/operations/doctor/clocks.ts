import { SECOND } from '../../kit/time.ts'
import { serverState } from '../store/postgres-state.ts'
import type { Patient } from './check.ts'

export interface Offset {
  who: string
  /** How far their clock is ahead of ours; headers tell it to the second. */
  aheadMs: number
}
/** One who is slow must not keep the others from being heard. */
const PATIENCE_MS = 4 * SECOND

/** Our clock beside those that answer. Who does not answer is found by other checks. */
export async function clockOffsets({ parts, readings }: Pick<Patient, 'parts' | 'readings'>, signal: AbortSignal): Promise<Offset[]> {
  const { db, probe, setup } = parts
  const ask = async (who: string, theirs: () => Promise<Date | null>): Promise<Offset[]> => {
    const before = readings.now().getTime()
    const at = await patiently(theirs()).catch(() => null)
    // Halfway between asking and hearing is the likeliest moment of theirs.
    return at ? [{ who, aheadMs: at.getTime() - (before + readings.now().getTime()) / 2 }] : []
  }
  // Asked anew: what another check heard was said at another moment.
  const list = { method: 'GET', path: '/api/application/locations', query: { per_page: '1' }, signal } as const
  const found = await Promise.all([
    db ? ask('PostgreSQL', async () => (await serverState(db.q)).now) : [],
    probe ? ask('the panel', async () => (await probe.ask(list)).date) : [],
    setup ? ask('Stripe', async () => (await setup.account()).date) : [],
  ])
  return found.flat()
}

async function patiently<T>(answer: Promise<T>): Promise<T | null> {
  const late = Promise.withResolvers<null>()
  const timer = setTimeout(() => late.resolve(null), PATIENCE_MS)
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
