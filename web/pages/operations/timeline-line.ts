import type { TimelineEntry } from '../../../src/orders/contract.ts'

const CALL_PARTS = ['system', 'method', 'path', 'status', 'ms']

const said = (value: unknown) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value))
const present = (value: unknown) => value !== undefined && value !== null && value !== ''

/** A call in one line: `panel POST /api/application/servers → 201, 62 ms`. What the title says already is left out. Null for what is no call. */
export function callLine({ kind, title, details }: TimelineEntry): string | null {
  if (kind !== 'call') return null
  const took = present(details['ms']) ? `${said(details['ms'])} ms` : ''
  if (title.includes('→')) return took
  const asked = ['system', 'method', 'path'].map((part) => details[part]).filter(present)
  const answer = present(details['status']) ? said(details['status']) : 'no answer'
  return `${asked.map(said).join(' ')} → ${answer}${took === '' ? '' : `, ${took}`}`
}

/** What else is known of an entry, as `name: value`. */
export function restOf({ kind, details }: TimelineEntry): string | null {
  const names = Object.keys(details).filter((name) => present(details[name]) && !(kind === 'call' && CALL_PARTS.includes(name)))
  return names.length === 0 ? null : names.map((name) => `${name}: ${said(details[name])}`).join(' · ')
}

/** "Not there" is a good answer to a look-up; to everything else a refusal is bad. */
export function toneOf({ kind, details }: TimelineEntry): 'bad' | 'well' | undefined {
  if (kind === 'call') {
    const status = details['status']
    if (status === 404 && details['method'] === 'GET') return undefined
    return typeof status === 'number' && status < 400 ? undefined : 'bad'
  }
  if (details['to'] === 'error') return 'bad'
  return details['to'] === 'provisioned' || details['to'] === 'active' ? 'well' : undefined
}

/** Each entry once, by its number. */
export const inOrder = (entries: TimelineEntry[]): TimelineEntry[] =>
  [...new Map(entries.map((entry) => [entry.id, entry])).values()].sort((a, b) => Number(a.id) - Number(b.id))
