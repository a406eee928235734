/** Who may take how much of what the panel allows in a minute. */
export type Share = 'staff' | 'watch' | 'create' | 'sync'

/** The first takes before the last when calls wait in one process. */
export const RANK: Record<Share, number> = { staff: 0, watch: 1, create: 2, sync: 3 }

/** The watch's look every 10 s, twice where more than 100 servers install, and a little for staff. */
const KEPT = 16

/** How many calls of the window must be left over when this share takes one. */
export const keptBack = (share: Share, limit: number): number => {
  if (share === 'staff' || share === 'watch') return 0
  // A panel that allows little still lets creates through.
  return Math.min(KEPT, Math.floor(limit / 4))
}

/** Sweep and sync together, in any minute. */
export const syncMax = (limit: number): number => Math.floor(limit / 5)
