/** Further apart than an `int` of ms holds is wrong enough. */
const MOST_MS = 2_000_000_000

/** How far our clock is ahead of theirs, as far as the time that asking took leaves no doubt; 0 when it may be right. */
export function certainOffsetMs({ before, after, theirs }: { before: number; after: number; theirs: number }): number {
  const [least, most] = [before - theirs, after - theirs]
  // Theirs was read at some moment between the two.
  if (least <= 0 && most >= 0) return 0
  const sure = least > 0 ? least : most
  return Math.round(Math.max(-MOST_MS, Math.min(MOST_MS, sure)))
}
