import { MESSAGES } from './messages.ts'
import { CHECKS, isNumeric, type Measure } from './rules.ts'

/** A failed rule as the panel reports it in `errors[]`. */
export interface Fault {
  field: string
  rule: string
  detail: string
}
/** A rule with a look into the database; run only while the field has no fault yet. */
export interface Lookup {
  rule: 'unique' | 'exists' | 'p_username'
  passes(value: unknown): boolean
}
export type Rules = Record<string, (string | Lookup)[]>

const IMPLICIT = ['present', 'required', 'required_with', 'required_without']
const AFTER_OTHERS = ['unique', 'exists']

/**
 * Checks `data` against Laravel rules, in their order, one fault for each failing rule.
 * A field may name a place in the depth ("limits.memory") or every item of a list ("ports.*").
 * @param names what to call a field in a message; else its path with blanks for underscores
 */
export function validate(data: Record<string, unknown>, rules: Rules, names: Record<string, string> = {}): Fault[] {
  return Object.entries(rules).flatMap(([pattern, list]) =>
    expand(data, pattern).flatMap((field) => checkField(data, field, list, names[pattern] ?? field.replaceAll('_', ' '))),
  )
}

function checkField(data: Record<string, unknown>, field: string, rules: (string | Lookup)[], name: string): Fault[] {
  const faults: Fault[] = []
  const named = rules.map((rule) => (typeof rule === 'string' ? rule.split(':')[0] : rule.rule))
  const found = at(data, field)
  if (named.includes('sometimes') && !found.exists) return faults
  const nullable = named.includes('nullable')
  const measure: Measure = named.includes('numeric') || named.includes('integer') ? 'numeric' : named.includes('array') ? 'array' : 'string'
  const fail = (rule: string, args: string[]) => faults.push({ field, rule, detail: wording(rule, name, args, measure) })

  for (const rule of rules) {
    const [kind = '', args] = typeof rule === 'string' ? parse(rule) : [rule.rule, []]
    if (kind === 'sometimes' || kind === 'nullable' || kind === 'bail') continue
    if (IMPLICIT.includes(kind)) {
      if (!present(kind, args, data, found)) {
        fail(kind, args)
        break
      }
      continue
    }
    if (!found.exists || (typeof found.value === 'string' && found.value.trim() === '') || (found.value === null && nullable)) continue
    if (AFTER_OTHERS.includes(kind) && faults.length > 0) continue
    const passes = typeof rule === 'string' ? (CHECKS[kind]?.(found.value, args, measure) ?? true) : rule.passes(found.value)
    if (!passes) {
      fail(kind, args)
      if (named.includes('bail')) break
    }
  }
  return faults
}

function parse(rule: string): [string, string[]] {
  const colon = rule.indexOf(':')
  if (colon < 0) return [rule, []]
  const args = rule.slice(colon + 1)
  return [rule.slice(0, colon), rule.startsWith('regex:') ? [args] : args.split(',')]
}

interface Found {
  exists: boolean
  value: unknown
}
const filled = ({ value }: Found): boolean =>
  value !== null &&
  value !== undefined &&
  !(typeof value === 'string' && value.trim() === '') &&
  !(typeof value === 'object' && Object.keys(value).length === 0)

function present(kind: string, args: string[], data: Record<string, unknown>, found: Found): boolean {
  if (kind === 'present') return found.exists
  if (kind === 'required_with' && !args.some((other) => filled(at(data, other)))) return true
  if (kind === 'required_without' && args.every((other) => filled(at(data, other)))) return true
  return filled(found)
}

function wording(rule: string, name: string, args: string[], measure: Measure): string {
  const message = MESSAGES[rule] ?? `validation.${rule}`
  return (typeof message === 'string' ? message : message[measure])
    .replace(':attribute', name)
    .replace(':min', args[0] ?? '')
    .replace(':max', args.at(-1) ?? '')
    .replace(/:(size|digits)/, args[0] ?? '')
    .replace(':values', args.map((other) => other.replaceAll('_', ' ')).join(' / '))
}

/** The value at a path such as "limits.memory"; it exists when its last key does, be it null. */
export function at(data: unknown, path: string): Found {
  let value: unknown = data
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return { exists: false, value: undefined }
    value = (value as Record<string, unknown>)[key]
  }
  return { exists: true, value }
}

function expand(data: Record<string, unknown>, pattern: string): string[] {
  const star = pattern.indexOf('.*')
  if (star < 0) return [pattern]
  const list = at(data, pattern.slice(0, star)).value
  const keys = typeof list === 'object' && list !== null ? Object.keys(list) : []
  return keys.map((key) => `${pattern.slice(0, star)}.${key}${pattern.slice(star + 2)}`)
}

/** Laravel rules as an egg's author writes them: "required|string|max:20". A bar inside a regex must be in an array there. */
export const parseRules = (text: string): string[] => {
  const regex = text.match(/(?:^|\|)(regex:(.).*\2[a-z]*)(?=\||$)/s)
  if (!regex?.[1]) return text.split('|').filter(Boolean)
  const [before = '', after = ''] = text.split(regex[1])
  return [...before.split('|'), regex[1], ...after.split('|')].filter(Boolean)
}

/** What an unsigned (or, below zero, signed) INT column makes of a number when the database is not strict. */
export function toColumn(value: unknown, signed = false): number {
  const number = isNumeric(value) ? Number(value) : value === true ? 1 : 0
  const rounded = Math.sign(number) * Math.round(Math.abs(number))
  return signed ? Math.min(Math.max(rounded, -2_147_483_648), 2_147_483_647) : Math.min(Math.max(rounded, 0), 4_294_967_295)
}
