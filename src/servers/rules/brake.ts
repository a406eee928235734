/** Whichever is more. */
const PER_HOUR = 10
const SHARE = 0.05

/** How many servers may be suspended or deleted by themselves in an hour, or be missing at once, before a person is asked. */
export const brakeLimit = (fleet: number): number => Math.max(PER_HOUR, Math.floor(fleet * SHARE))

/**
 * Whether so many more may be done unasked. All or nothing: half of a mistake is one, too.
 * @param recent of the last hour
 */
export const mayGoOn = (ask: { wanted: number; recent: number; fleet: number; agreed: boolean }): boolean =>
  ask.agreed || ask.wanted === 0 || ask.wanted + ask.recent <= brakeLimit(ask.fleet)
