/** What a request brings, as Laravel hands it to a controller: trimmed, with empty strings made null. */
export type Input = Record<string, unknown>

const UNTRIMMED = ['password', 'password_confirmation', 'current_password']

export function tidy(value: unknown, key = ''): unknown {
  if (typeof value === 'string') {
    const text = UNTRIMMED.includes(key) ? value : value.replace(/^[\s\u00a0\ufeff]+|[\s\u00a0\ufeff]+$/gu, '')
    return text === '' ? null : text
  }
  if (Array.isArray(value)) return value.map((item) => tidy(item))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, tidy(item, name)]))
  return value
}

/** PHP's reading of `a=1&b[]=2&c[d]=3`. */
export function parsePairs(pairs: string): Input {
  const input: Input = {}
  for (const [name, value] of new URLSearchParams(pairs)) {
    const [, head = name, rest = ''] = name.match(/^([^[]*)((?:\[[^\]]*\])*)/s) ?? []
    if (head === '') continue
    const keys = [head.replace(/[ .]/g, '_'), ...[...rest.matchAll(/\[([^\]]*)\]/g)].map((found) => found[1] ?? '')]
    put(input, keys, value)
  }
  return input
}

function put(into: Input, keys: string[], value: string): void {
  const [first = '', ...rest] = keys
  const key = first === '' ? String(Object.keys(into).length) : first
  if (rest.length === 0) {
    into[key] = value
    return
  }
  const inner = into[key]
  const next = typeof inner === 'object' && inner !== null ? (inner as Input) : {}
  into[key] = next
  put(next, rest, value)
}

/** The body by its content type, or null when it is malformed JSON. What is no object has no fields. */
export function parseBody(contentType: string, body: string): Input | null {
  if (/[/+]json/i.test(contentType)) {
    if (body === '') return {}
    try {
      const value: unknown = JSON.parse(body)
      if (typeof value !== 'object' || value === null) return {}
      return tidy(Array.isArray(value) ? { ...value } : value) as Input
    } catch {
      return null
    }
  }
  if (/^application\/x-www-form-urlencoded/i.test(contentType)) return tidy(parsePairs(body)) as Input
  return {}
}
