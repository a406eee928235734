import { MINUTE } from '../kit/time.ts'
import type { World } from '../world.ts'
import { addRefusals, saveVerified } from './store/signatures.ts'

/**
 * Remembers which secrets verify and how often none does. Counted here, written behind: no webhook waits for it, and a flood of
 * forged ones costs one statement at a time.
 */
export interface SignatureBook {
  verified(fingerprint: string): void
  refused(reason: string): void
  /** Until what was counted so far is written. */
  settle(): Promise<void>
}

export function createSignatureBook(world: Pick<World, 'db' | 'now'>): SignatureBook {
  const { q } = world.db
  const writtenAt = new Map<string, number>()
  const toWrite = new Set<string>()
  let refusals: { count: number; reason: string } | null = null
  let writing: Promise<void> | null = null

  const write = async (): Promise<void> => {
    while (refusals || toWrite.size > 0) {
      const at = world.now()
      const [taken, fingerprints] = [refusals, [...toWrite]]
      refusals = null
      toWrite.clear()
      for (const fingerprint of fingerprints) await saveVerified(q, fingerprint, at)
      if (taken) await addRefusals(q, { ...taken, at })
    }
  }
  const begin = () => {
    // What cannot be written is forgotten: a database that is down has other witnesses.
    writing ??= write()
      .catch(() => undefined)
      .finally(() => {
        writing = null
      })
  }
  return {
    verified(fingerprint) {
      const nowMs = world.now().getTime()
      // Once a minute is often enough to know that a secret is in use.
      if (nowMs - (writtenAt.get(fingerprint) ?? Number.NEGATIVE_INFINITY) < MINUTE) return
      writtenAt.set(fingerprint, nowMs)
      toWrite.add(fingerprint)
      begin()
    },
    refused(reason) {
      refusals = { count: (refusals?.count ?? 0) + 1, reason }
      begin()
    },
    async settle() {
      while (writing) await writing
    },
  }
}
