import { expect, test } from 'vitest'
import { asFailure } from '../kit/failure.ts'
import { type CatalogueFileInput, parseCatalogue } from './catalogue-file.ts'

const plan = (id: string) => ({ id, name: '2 GB', ramGb: 2, cores: 1, diskGb: 10, monthlyCents: 599 })
const file = (recipe: object = {}): CatalogueFileInput => ({
  currency: 'usd',
  regions: [{ id: 'eu', name: 'Europe', locationId: 1 }],
  games: [
    {
      id: 'rust',
      name: 'Rust',
      summary: 'Survive.',
      recipes: [{ id: 'rust-vanilla', variant: 'Vanilla', egg: 6, plans: [plan('rust-2gb')], ...recipe }],
    },
  ],
})
const fieldsOf = (input: unknown) => {
  try {
    parseCatalogue(input)
  } catch (error) {
    const failure = asFailure(error)
    expect(failure).toMatchObject({ code: 'catalog.file_refused', kind: 'invalid' })
    return failure.fields
  }
  return expect.unreachable('it should have been refused')
}

test('defaults are filled in', () => {
  const [game] = parseCatalogue(file()).games
  expect(game?.recipes[0]).toMatchObject({ ports: ['game'], environment: {} })
  expect(game?.recipes[0]?.plans[0]).toMatchObject({
    io: 500,
    databases: 1,
    delayedPayments: false,
    alertAfterMinutes: 15,
    cancelAfterHours: 24,
  })
})

test('every fault is named at once, with its place', () => {
  const bad = { currency: 'USD', regions: [], games: [{ id: 'Bad Id', name: '', summary: 'x', recipes: [] }], extra: 1 }
  expect(Object.keys(fieldsOf(bad) ?? {})).toEqual(
    expect.arrayContaining(['currency', 'regions', 'games.0.id', 'games.0.name', 'games.0.recipes']),
  )
})

test('ids are unique, ports that values ask for exist, RAM is a whole number of MiB', () => {
  expect(fieldsOf(file({ plans: [plan('a'), plan('a')] }))).toEqual({ plans: '"a" is there twice' })
  const fields = fieldsOf(file({ environment: { QUERY_PORT: '{{port:query}}' } }))
  expect(fields).toEqual({ 'recipes.rust-vanilla.environment.QUERY_PORT': 'there is no port "query"' })
  expect(fieldsOf(file({ plans: [{ ...plan('a'), ramGb: 0.3 }] }))).toHaveProperty(['games.0.recipes.0.plans.0.ramGb'])
})
