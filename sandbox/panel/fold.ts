/**
 * The panel's database compares text as utf8mb4_unicode_ci does: without case, without accents, without trailing blanks.
 */
const folded = new Map<string, string>()

export function fold(text: string): string {
  const known = folded.get(text)
  if (known !== undefined) return known
  const result = text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('æ', 'ae')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll('đ', 'd')
    .replaceAll('œ', 'oe')
    // Beyond the basic plane every character weighs the same: one emoji equals another.
    .replace(/[\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/ +$/, '')
  if (folded.size > 50_000) folded.clear()
  folded.set(text, result)
  return result
}

/** SQL LIKE under that collation: `_` is any character, `%` any text, a backslash takes their meaning away. */
export function like(pattern: string): (text: string) => boolean {
  const source = foldWhole(pattern).replace(/\\?[\s\S]/gu, (piece) => {
    if (piece === '%') return '.*'
    if (piece === '_') return '.'
    return piece.replace(/^\\(?=.)/su, '').replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
  })
  const regex = new RegExp(`^${source}$`, 's')
  return (text) => regex.test(foldWhole(text))
}

/** LIKE, unlike `=`, does look at trailing blanks. */
const foldWhole = (text: string) => fold(`${text}|`).slice(0, -1)
