type Values = Record<string, unknown>

/** Search parameters as plain text: the router's own way would turn an order's `q=123` or a token into a number. */
export function parseSearch(text: string): Values {
  return Object.fromEntries(new URLSearchParams(text))
}

export function stringifySearch(values: Values): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(values))
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** One of the words known, or nothing. */
export const oneOf = <T extends string>(words: readonly T[], value: unknown): T | undefined => words.find((word) => word === value)

/** A page of ours to go on with after signing in. Never another site's: `//evil.example` and `/\evil` are refused. */
export function safeNext(value: unknown): string | undefined {
  const path = textOf(value)
  if (path === undefined || !path.startsWith('/')) return undefined
  const url = URL.parse(path, 'http://here.invalid')
  return url?.host === 'here.invalid' && !path.startsWith('//') && !path.includes('\\') ? url.pathname + url.search : undefined
}
