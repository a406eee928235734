import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { KINDS, waysOf } from '../findings/index.ts'
import { REPAIRS } from './repairs.ts'

const SRC = join(import.meta.dirname, '..')
const filesUnder = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesUnder(path) : [path]
  })
const code = filesUnder(SRC)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('/findings/kinds/'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')
const kinds = Object.keys(KINDS)

test('the table names no kind that nothing opens', () => {
  expect(kinds.filter((kind) => !code.includes(`'${kind}'`))).toEqual([])
})

test('every way of the table has its repair, and no repair is without a way', () => {
  expect(Object.keys(REPAIRS).sort()).toEqual(kinds.filter((kind) => Object.keys(waysOf(kind)).length > 0).sort())
})

test('nothing is a dead end: a kind says who ends it, and what a person decides can be done or is told', () => {
  for (const [kind, { itself, person }] of Object.entries(KINDS)) {
    expect(itself, kind).toMatch(/[.]$/)
    if (person === '') expect(`${itself} ${Object.keys(waysOf(kind)).join()}`, kind).toMatch(/closed|Suspended|taken over/i)
  }
})

test('docs/findings.md has a row for every kind', () => {
  const page = readFileSync(join(SRC, '..', 'docs', 'findings.md'), 'utf8')
  expect(kinds.filter((kind) => !page.includes(`| \`${kind}\` |`))).toEqual([])
})
