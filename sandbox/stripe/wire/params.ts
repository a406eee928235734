import { z } from 'zod'
import type { Form } from './form.ts'
import { invalid, missingParam, unknownParam } from './refusal.ts'

/** Words for what a form may hold. Everything arrives as text; these say what the text means. */
export const text = z.string().max(5000)
export const whole = z
  .string()
  .regex(/^-?\d+$/, 'Invalid integer')
  .transform(Number)
export const decimal = z.string().regex(/^-?\d+(\.\d+)?$/, 'Invalid decimal')
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true')
export const texts = z.array(text)
export const emptyable = <S extends z.ZodType>(shape: S) => z.union([z.literal(''), shape])
export const metadata = emptyable(
  z.record(z.string().max(40), z.string().max(500)).refine((map) => Object.keys(map).length <= 50, 'You can have up to 50 metadata keys'),
)
export type MetadataAsk = z.output<typeof metadata>
export const range = z.union([
  whole,
  z.strictObject({ gt: whole.optional(), gte: whole.optional(), lt: whole.optional(), lte: whole.optional() }),
])
export type RangeAsk = z.output<typeof range>

export const paging = {
  limit: whole.optional(),
  starting_after: text.optional(),
  ending_before: text.optional(),
}
export type PagingAsk = { limit?: number; starting_after?: string; ending_before?: string }

/** The real API takes these; the sandbox takes them too and does nothing with them. */
export const unused = <const N extends string>(...names: N[]) =>
  Object.fromEntries(names.map((name) => [name, z.unknown().optional()])) as Record<N, z.ZodOptional<z.ZodUnknown>>

/** A route's parameters; any other is refused as unknown. `expand` is read elsewhere, for every route. */
export const params = <S extends z.ZodRawShape>(shape: S) => z.strictObject({ ...shape, expand: z.array(text).optional() })

const bracketed = (path: PropertyKey[]) => path.map((step, depth) => (depth === 0 ? String(step) : `[${String(step)}]`)).join('')

const at = (form: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step], form)

/** The union's own issue says nothing; the branch that got furthest names the parameter. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const branches = issue.errors.map((branch) => branch[0]).filter((first) => first !== undefined)
  const best = branches.sort(
    (a, b) => b.path.length - a.path.length || Number(b.code === 'unrecognized_keys') - Number(a.code === 'unrecognized_keys'),
  )[0]
  if (!best) return issue
  const inner = deepest(best)
  return { ...inner, path: [...issue.path, ...inner.path] }
}

export function readParams<S extends z.ZodType>(shape: S, form: Form): z.output<S> {
  const read = shape.safeParse(form)
  if (read.success) return read.data
  const issues = read.error.issues.map(deepest)
  const issue = issues.find((one) => one.code === 'unrecognized_keys') ?? issues[0]!
  if (issue.code === 'unrecognized_keys') throw unknownParam(bracketed([...issue.path, issue.keys[0]!]))
  const param = bracketed(issue.path)
  const value = at(form, issue.path)
  if (value === undefined) throw missingParam(param)
  const code = issue.code === 'invalid_format' ? 'parameter_invalid_integer' : undefined
  throw invalid(`Invalid ${param}: ${typeof value === 'string' ? `${value.slice(0, 80)} (${issue.message})` : issue.message}`, param, code)
}

/** Named keys are set, empty ones removed, the rest kept; '' removes all. */
export function mergeMetadata(old: Record<string, string>, ask: MetadataAsk | undefined): Record<string, string> {
  if (ask === undefined) return old
  if (ask === '') return {}
  return Object.fromEntries(Object.entries({ ...old, ...ask }).filter(([, value]) => value !== ''))
}

export function inRange(value: number, ask: RangeAsk | undefined): boolean {
  if (ask === undefined) return true
  if (typeof ask === 'number') return value === ask
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = ask
  return value > gt && value >= gte && value < lt && value <= lte
}
