import type { Fault } from '../faults.ts'

const OFF_MS = 600_000

/** The Date header of a host whose clock is wrong. */
export const dateOff = (fault: Fault | null): Record<string, string> =>
  fault ? { date: new Date(Date.now() + (fault.ms ?? OFF_MS)).toUTCString() } : {}
