/**
 * Would the panel take this value for an egg variable? The common rules of Laravel's validator, as the panel applies them
 * (VariableValidatorService): an empty value is null there. A rule that is not known here is passed over.
 */

type Check = (value: string, args: string[], numeric: boolean) => boolean
const isInteger = (value: string) => /^\s*[+-]?(0|[1-9]\d*)\s*$/.test(value)
const isNumeric = (value: string) => /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)
/** Numbers are compared by value, texts by length. */
const size = (value: string, numeric: boolean) => (numeric && isNumeric(value) ? Number(value) : [...value].length)
const digits = (value: string, from: number, to: number) => /^\d+$/.test(value) && value.length >= from && value.length <= to
const startsWith: Check = (value, args) => args.some((start) => value.startsWith(start))

const CHECKS: Record<string, Check> = {
  string: () => true,
  integer: isInteger,
  int: isInteger,
  numeric: isNumeric,
  boolean: (value) => value === '0' || value === '1',
  bool: (value) => value === '0' || value === '1',
  in: (value, args) => args.includes(value),
  not_in: (value, args) => !args.includes(value),
  max: (value, [most], numeric) => size(value, numeric) <= Number(most),
  min: (value, [least], numeric) => size(value, numeric) >= Number(least),
  size: (value, [exact], numeric) => size(value, numeric) === Number(exact),
  between: (value, [least, most], numeric) => size(value, numeric) >= Number(least) && size(value, numeric) <= Number(most),
  digits: (value, [count]) => digits(value, Number(count), Number(count)),
  digits_between: (value, [from, to]) => digits(value, Number(from), Number(to)),
  alpha: (value) => /^[\p{L}\p{M}]+$/u.test(value),
  alpha_num: (value) => /^[\p{L}\p{M}\p{N}]+$/u.test(value),
  alpha_dash: (value) => /^[\p{L}\p{M}\p{N}_-]+$/u.test(value),
  url: (value) => URL.canParse(value),
  ip: (value) => /^(\d{1,3}\.){3}\d{1,3}$/.test(value) || /^[\da-f:]+:[\da-f:]*$/i.test(value),
  ipv4: (value) => /^(\d{1,3}\.){3}\d{1,3}$/.test(value),
  starts_with: startsWith,
  ends_with: (value, args) => args.some((end) => value.endsWith(end)),
  regex: (value, [pattern]) => matches(pattern ?? '', value) ?? true,
  not_regex: (value, [pattern]) => !(matches(pattern ?? '', value) ?? false),
}
/** An empty value passes these even where it may not be null. */
const BLIND_TO_EMPTY = new Set(['max', 'not_in', 'not_regex', 'bail', 'sometimes', 'filled'])

/** A PHP pattern with its delimiters, on JavaScript's engine; null where that cannot read it: then we cannot judge. */
function matches(pattern: string, value: string): boolean | null {
  const parts = /^(.)(.*)\1([a-zA-Z]*)$/s.exec(pattern)
  if (!parts) return null
  try {
    return new RegExp(parts[2] ?? '', (parts[3] ?? '').replace(/[^imsu]/g, '')).test(value)
  } catch {
    return null
  }
}

/** "required|string|max:20" → its rules. Text that begins with a pattern is one rule: Laravel does not split it. */
function parse(rules: string): { name: string; args: string[] }[] {
  const texts = /^(not_)?regex:/.test(rules) ? [rules] : rules.split('|')
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      const at = text.indexOf(':')
      const name = (at < 0 ? text : text.slice(0, at)).toLowerCase()
      const args = at < 0 ? '' : text.slice(at + 1)
      return { name, args: name.endsWith('regex') ? [args] : args.split(',') }
    })
}

/** @returns the rule that refuses the value, as it is written; null: the panel takes it */
export function refusedBy(rules: string, value: string): string | null {
  const parsed = parse(rules)
  const has = (...names: string[]) => parsed.some((rule) => names.includes(rule.name))
  if (value.trim() === '') {
    if (has('required')) return 'required'
    if (has('nullable')) return null
    return parsed.find((rule) => rule.name in CHECKS && !BLIND_TO_EMPTY.has(rule.name))?.name ?? null
  }
  const numeric = has('integer', 'int', 'numeric')
  const broken = parsed.find((rule) => CHECKS[rule.name]?.(value, rule.args, numeric) === false)
  return broken ? [broken.name, broken.args.join(',')].filter((part) => part !== '').join(':') : null
}
