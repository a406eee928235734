import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Figure } from './kit/figure.ts'

const TARGET_KB = 220
/** Built by the set-up step of `npm run bench`. */
const WEB = join(import.meta.dirname, '..', 'dist', 'web')
/** Chunks that only the operations console needs, by what they are named after. */
const CONSOLE = /^(?:Ops|Nodes|Findings)/

/** Every script that the storefront's page names and, from there on, imports before it shows anything; as the server sends it, compressed. */
export const figure: Figure = async () => {
  const html = readFileSync(join(WEB, 'index.html'), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map((match) => match[1] ?? '')
  const files = new Map<string, number>()
  const visit = (file: string) => {
    if (files.has(file)) return
    const code = readFileSync(join(WEB, file))
    files.set(file, gzipSync(code).byteLength / 1_000)
    for (const [, name] of code.toString().matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) visit(`assets/${name}`)
  }
  for (const file of named) visit(file)
  const total = [...files.values()].reduce((sum, kb) => sum + kb, 0)
  const strangers = [...files.keys()].filter((file) => CONSOLE.test(file.replace('assets/', '')))
  return {
    lines: [
      {
        what: 'storefront, JavaScript of the first load, gzipped',
        target: `≤ ${TARGET_KB} kB`,
        runs: [total],
        unit: 'kB',
        reached: total <= TARGET_KB,
      },
      { what: 'console chunks among them', target: '0', runs: [strangers.length], unit: '', reached: strangers.length === 0 },
    ],
    notes: [...files].map(([file, kb]) => `${file}: ${kb.toFixed(1)} kB`),
  }
}
