import type { TimelineEntry } from '../../../src/orders/contract.ts'

const CALL_PARTS = ['system', 'method', 'path', 'status', 'ms']

const said = (value: unknown) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value))
const present = (value: unknown) => value !== undefined && value !== null && value !== ''

/** A call in one line: `panel POST /api/application/servers → 201, 62 ms`. Null for what is no call. */
export function callLine({ kind, details }: TimelineEntry): string | null {
  if (kind !== 'call') return null
  const asked = ['system', 'method', 'path'].map((part) => details[part]).filter(present)
  const answer = present(details['status']) ? said(details['status']) : 'no answer'
  const took = present(details['ms']) ? `, ${said(details['ms'])} ms` : ''
  return `${asked.map(said).join(' ')} → ${answer}${took}`
}

/** What else is known of an entry, as `name: value`. */
export function restOf({ kind, details }: TimelineEntry): string | null {
  const names = Object.keys(details).filter((name) => present(details[name]) && !(kind === 'call' && CALL_PARTS.includes(name)))
  return names.length === 0 ? null : names.map((name) => `${name}: ${said(details[name])}`).join(' · ')
}

export function toneOf({ kind, details }: TimelineEntry): 'bad' | 'well' | undefined {
  if (kind === 'call') return typeof details['status'] === 'number' && details['status'] < 400 ? undefined : 'bad'
  if (details['to'] === 'error') return 'bad'
  return details['to'] === 'provisioned' || details['to'] === 'active' ? 'well' : undefined
}
