import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Config } from '../config.ts'

/** Where the sandbox, in its folder, writes how far its clock was moved ahead. */
export const clockFile = (sandboxFolder: string): string => join(sandboxFolder, 'clock.json')
const ClockState = z.object({ aheadMs: z.number().int().min(0) })

const READ_EVERY_MS = 200

/**
 * The time of a process. Where foreign systems are stood in for, somebody may move their clock forward, and ours goes along:
 * a shop an hour behind its Stripe could open no payment page.
 */
export function clockOf(config: Pick<Config, 'sandboxed' | 'dataDir'>): () => Date {
  if (!config.sandboxed) return () => new Date()
  const file = clockFile(join(config.dataDir, 'sandbox'))
  let aheadMs = 0
  let readAt = Number.NEGATIVE_INFINITY
  return () => {
    if (performance.now() - readAt >= READ_EVERY_MS) {
      readAt = performance.now()
      aheadMs = aheadIn(file) ?? aheadMs
    }
    return new Date(Date.now() + aheadMs)
  }
}

/** null: half-written at this moment; without a file nobody has moved it. */
export function aheadIn(file: string): number | null {
  try {
    return ClockState.parse(JSON.parse(readFileSync(file, 'utf8'))).aheadMs
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 0 : null
  }
}
