import { HOUR } from '../../kit/time.ts'
import type { StatusView } from '../contract.ts'

type Incident = StatusView['incidents'][number]

/** What the public reads about a kind of trouble; nothing of a finding's own text, which is for operators. */
const PUBLIC: [prefix: string, words: { title: string; text: string }][] = [
  [
    'servers.panel_key_refused',
    {
      title: 'New servers are delayed',
      text: 'Our game panel takes no new servers at the moment. Paid orders are kept and go on by themselves; running servers are not affected.',
    },
  ],
  [
    'servers.no_room',
    {
      title: 'Some orders wait for room',
      text: 'A region is full, and a few paid orders wait until there is room. They go on by themselves.',
    },
  ],
  [
    'orders.paid_without_room',
    {
      title: 'Some orders wait for room',
      text: 'A region is full, and a few paid orders wait until there is room. They go on by themselves.',
    },
  ],
  [
    'servers.',
    {
      title: 'Some orders need a hand',
      text: 'A few orders could not be set up automatically. Our operators have been told and are on it.',
    },
  ],
  ['billing.', { title: 'Some payments are being looked at', text: 'A few payments or refunds need a check by our operators.' }],
]
const OTHER = { title: 'Something needs our attention', text: 'Our operators have been told and are on it.' }

/** Open critical findings in plain words, the same trouble once, the oldest first. */
export function incidentsOf(findings: { kind: string; openedAt: Date }[]): Incident[] {
  const incidents = new Map<string, Incident>()
  for (const { kind, openedAt } of findings.toSorted((a, b) => a.openedAt.getTime() - b.openedAt.getTime())) {
    const words = PUBLIC.find(([prefix]) => kind.startsWith(prefix))?.[1] ?? OTHER
    if (!incidents.has(words.title)) incidents.set(words.title, { ...words, since: openedAt.toISOString() })
  }
  return [...incidents.values()]
}

/** All 24 hours, oldest first; those in which nothing was delivered too. */
export const everyHour = (since: Date, known: { from: Date; delivered: number; medianSeconds: number }[]): StatusView['hours'] =>
  Array.from({ length: 24 }, (_, i) => {
    const from = new Date(since.getTime() + i * HOUR)
    const found = known.find((one) => one.from.getTime() === from.getTime())
    return { from: from.toISOString(), delivered: found?.delivered ?? 0, medianSeconds: rounded(found?.medianSeconds ?? null) }
  })

export const rounded = (seconds: number | null): number | null => (seconds === null ? null : Math.round(seconds))
