import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { FLOW } from '../architecture.mjs'
import { allMigrations } from '../src/db/index.ts'

const ROOT = join(import.meta.dirname, '..')
const filesUnder = (folder: string): string[] =>
  readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = join(folder, name)
    if (name === 'node_modules' || name.startsWith('.')) return []
    return statSync(join(ROOT, path)).isDirectory() ? filesUnder(path) : [path]
  })
const code = ['src', 'web', 'sandbox', 'test', 'bench']
  .filter((folder) => statSync(join(ROOT, folder), { throwIfNoEntry: false }))
  .flatMap(filesUnder)
  .filter((file) => /[.]tsx?$/.test(file))
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const isTest = (file: string) => /[.]test[.]tsx?$/.test(file)

test('every room has a README of at most 40 lines that says what it owns and does not own', () => {
  for (const room of FLOW) {
    const text = read(join('src', room, 'README.md'))
    expect(text, room).toMatch(/owns/i)
    expect(text, room).toMatch(/does not own/i)
    expect(text.split('\n').length, room).toBeLessThanOrEqual(41)
  }
})

test('every table has exactly one owning room: only its stores write it', () => {
  const tables = allMigrations().flatMap(({ sql }) =>
    [...sql.matchAll(/create table (?:auth[.])?"?(\w+)"? \(/g)].map((match) => match[1] ?? ''),
  )
  expect(tables.length).toBeGreaterThan(20)
  const stores = code.filter((file) => /^src\/\w+\/store(?:[.]ts$|\/)/.test(file) && !isTest(file))
  const writers = new Map<string, Set<string>>()
  for (const file of stores) {
    const room = file.split('/')[1] ?? ''
    for (const [, name] of read(file).matchAll(
      /(?:insertInto|updateTable|deleteFrom|insert into|delete from|update)\(?\s*['"`]?(?:auth[.])?"?(\w+)/g,
    )) {
      if (name && tables.includes(name)) writers.set(name, (writers.get(name) ?? new Set()).add(room))
    }
  }
  const shared = [...writers].filter(([, rooms]) => rooms.size > 1).map(([name, rooms]) => `${name}: ${[...rooms].join(', ')}`)
  expect(shared).toEqual([])
})

test('rules are told the time, they do not ask for it', () => {
  const rules = code.filter((file) => /^src\/\w+\/rules(?:[.]ts$|\/)/.test(file) && !isTest(file))
  expect(rules.length).toBeGreaterThan(0)
  expect(rules.filter((file) => /Date[.]now|new Date\(\)|Math[.]random/.test(read(file)))).toEqual([])
})

test('no file over 400 lines, no test over 600', () => {
  const long = code.filter((file) => read(file).split('\n').length > (isTest(file) || file.startsWith('test/') ? 601 : 401))
  expect(long).toEqual([])
})

test('no test is left out, no type is waved through', () => {
  // Written in pieces, so that this file does not find itself.
  const forbidden = new RegExp(
    ['[.](only|skip|todo)\\b\\(', '@ts-' + '(ignore|nocheck|expect-error)', 'as' + ' any\\b', 'TO' + 'DO', 'FIX' + 'ME'].join('|'),
  )
  expect(code.filter((file) => forbidden.test(read(file))).map((file) => relative('.', file))).toEqual([])
})

test('process.env is read in config.ts and at the doors alone', () => {
  const readers = code.filter((file) => file.startsWith('src/') && !isTest(file) && /process[.]env/.test(read(file)))
  expect(readers.filter((file) => file !== 'src/config.ts')).toEqual([])
})
