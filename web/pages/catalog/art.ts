const files = import.meta.glob<string>('./art/*.svg', { eager: true, query: '?url', import: 'default' })
const artOf = new Map(Object.entries(files).map(([path, url]) => [path.slice('./art/'.length, -'.svg'.length), url]))

const plain = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '')

/** Our own picture of a game, by its id or its name; the general one for a game that has none yet. */
export function gameArt(game: { id: string; name: string }): string | undefined {
  const wanted = [plain(game.id), plain(game.name)]
  for (const [key, url] of artOf) if (wanted.some((name) => name.startsWith(plain(key)))) return url
  return artOf.get('any')
}
