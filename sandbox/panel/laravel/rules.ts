/**
 * The checks behind Laravel's rules. Each says whether a value passes; presence is settled before they are asked.
 * PHP's idea of a number and of a truth is kept: "5" is an integer, true is 1.
 */
export type Measure = 'numeric' | 'string' | 'array'
type Check = (value: unknown, args: string[], measure: Measure) => boolean

export const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value))

export const isInteger = (value: unknown): boolean =>
  typeof value === 'boolean'
    ? value
    : typeof value === 'number'
      ? Number.isInteger(value)
      : typeof value === 'string' && /^\s*[+-]?(0|[1-9]\d*)\s*$/.test(value)

const isArray = (value: unknown): boolean => typeof value === 'object' && value !== null
const items = (value: unknown): number => (Array.isArray(value) ? value.length : Object.keys(value as object).length)
const isScalar = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number'
const text = (value: unknown): string => (value === true ? '1' : value === false || value === null ? '' : String(value))

export function size(value: unknown, measure: Measure): number {
  if (measure === 'numeric' && isNumeric(value)) return Number(value)
  if (isArray(value)) return items(value)
  return [...text(value)].length
}

/** PHP's preg pattern `/…/flags` as ours. */
function pattern(source: string): RegExp {
  const end = source.lastIndexOf(source[0] ?? '/')
  const flags = [...source.slice(end + 1)].filter((flag) => 'imsu'.includes(flag)).join('')
  try {
    return new RegExp(source.slice(1, end), flags)
  } catch {
    return /^/
  }
}

/** RFC-like, as strict as the panel's parser is in what people type: one @, no blanks, no lone dots. A bare host is fine. */
const EMAIL =
  /^(?:[^\s@"(),:;<>[\\\]\u007f-\u009f.]+(?:\.[^\s@"(),:;<>[\\\].]+)*|"[^"\r\n]+")@(?:\[[\d.:a-f]+\]|[^\s@"(),:;<>[\\\]._/]+(?:\.[^\s@"(),:;<>[\\\]._/]+)*)$/iu

export const CHECKS: Record<string, Check> = {
  alpha: (value) => typeof value === 'string' && /^[\p{L}\p{M}]+$/u.test(value),
  alpha_dash: (value) => isScalar(value) && /^[\p{L}\p{M}\p{N}_-]+$/u.test(String(value)),
  alpha_num: (value) => isScalar(value) && /^[\p{L}\p{M}\p{N}]+$/u.test(String(value)),
  array: isArray,
  between: (value, [min, max], measure) => size(value, measure) >= Number(min) && size(value, measure) <= Number(max),
  boolean: (value) => [true, false, 0, 1, '0', '1'].includes(value as never),
  digits: (value, [count]) => /^\d+$/.test(text(value)) && text(value).length === Number(count),
  digits_between: (value, [min, max]) =>
    /^\d+$/.test(text(value)) && text(value).length >= Number(min) && text(value).length <= Number(max),
  email: (value) => typeof value === 'string' && EMAIL.test(value) && (value.split('@')[0]?.length ?? 0) <= 64,
  in: (value, args) => !isArray(value) && args.includes(text(value)),
  integer: isInteger,
  ip: (value) =>
    typeof value === 'string' && (/^(\d{1,3}\.){3}\d{1,3}$/.test(value) || (value.includes(':') && /^[\da-f:.]+$/i.test(value))),
  json: (value) => {
    try {
      return isScalar(value) && JSON.parse(String(value)) !== undefined
    } catch {
      return false
    }
  },
  max: (value, [max], measure) => size(value, measure) <= Number(max),
  min: (value, [min], measure) => size(value, measure) >= Number(min),
  not_in: (value, args) => isArray(value) || !args.includes(text(value)),
  numeric: isNumeric,
  regex: (value, args) => isScalar(value) && pattern(args.join(',')).test(String(value)),
  size: (value, [count], measure) => size(value, measure) === Number(count),
  string: (value) => typeof value === 'string',
  url: (value) => typeof value === 'string' && URL.canParse(value) && /^[a-z][a-z\d+.-]*:\/\//i.test(value),
}
