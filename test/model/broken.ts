import type { Broken } from './database.ts'

let now: Broken = {}
/** The rules that the history under way leaves out. Histories run one after the other. */
export const breaking = (): Broken => now
export const setBreaking = (broken: Broken): void => {
  now = broken
}
