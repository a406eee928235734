/** "1 node is", "3 nodes are". */
export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** The first few, and how many more. */
export function listed(all: string[], max = 3): string {
  const rest = all.length - max
  return rest > 0 ? `${all.slice(0, max).join(', ')} and ${rest} more` : all.join(', ')
}

const UNITS: [bytes: number, name: string][] = [
  [1024 ** 3, 'GB'],
  [1024 ** 2, 'MB'],
  [1024, 'kB'],
]
export function size(bytes: number): string {
  const [unit, name] = UNITS.find(([least]) => bytes >= least) ?? [1, 'bytes']
  return `${(bytes / unit).toFixed(unit > 1024 ** 2 ? 1 : 0)} ${name}`
}

/** A length of time in its largest unit. */
export function span(ms: number): string {
  const seconds = Math.abs(ms) / 1_000
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

export const ago = (now: Date, at: Date): string => `${span(now.getTime() - at.getTime())} ago`
