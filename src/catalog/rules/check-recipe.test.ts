import { expect, test } from 'vitest'
import { checkRecipe, completeEnvironment, type Egg, type RecipeDraft } from './check-recipe.ts'
import { resolveEnvironment } from './environment.ts'

const EGG: Egg = {
  id: 6,
  name: 'Rust',
  dockerImage: 'games:source',
  startup: './RustDedicated',
  gone: false,
  variables: [
    { envVariable: 'LEVEL', name: 'Map', defaultValue: 'Procedural Map', rules: 'required|string|max:20' },
    { envVariable: 'RCON_PORT', name: 'RCON port', defaultValue: '28016', rules: 'required|integer|between:1024,65535' },
    { envVariable: 'RCON_PASS', name: 'RCON password', defaultValue: '', rules: 'required|alpha_dash|between:8,64' },
    { envVariable: 'SEED', name: 'Seed', defaultValue: '', rules: 'nullable|string' },
  ],
}
const RECIPE: RecipeDraft = {
  eggId: 6,
  dockerImage: null,
  startup: null,
  environment: { RCON_PORT: '{{port:rcon}}', RCON_PASS: '{{secret}}' },
  ports: ['game', 'rcon'],
}
const checked = (recipe: Partial<RecipeDraft>, egg: Egg | null = EGG) => checkRecipe({ ...RECIPE, ...recipe }, egg)

test('a recipe that fills every variable is fine', () => {
  expect(checked({})).toBeNull()
})

test('a required variable that nobody fills is named', () => {
  expect(checked({ environment: {} })).toBe(
    'The egg "Rust" needs a value for RCON_PASS (RCON password), and neither recipe nor egg gives one.',
  )
})

test('every fault is said at once', () => {
  const problem = checked({ environment: { RCON_PORT: '{{port:query}}', RCON_PASS: 'short', NOPE: '1' }, ports: ['game', 'game'] })
  expect(problem).toContain('names a port twice')
  expect(problem).toContain('RCON_PORT asks for the port "query"')
  expect(problem).toContain('RCON_PASS = "short" (RCON password): its rule is between:8,64')
  expect(problem).toContain('sets NOPE, which the egg "Rust" does not have')
})

test('no egg, a gone egg, no image, no start command, no port', () => {
  expect(checked({}, null)).toBe('The panel has no egg 6.')
  expect(checked({}, { ...EGG, gone: true })).toBe('The panel has no egg 6 ("Rust") any more.')
  expect(checked({}, { ...EGG, dockerImage: '' })).toContain('Docker image')
  expect(checked({}, { ...EGG, startup: '' })).toContain('start command')
  expect(checked({ ports: [], environment: { RCON_PASS: '{{secret}}' } })).toContain('holds no port')
})

test('each server gets its own ports and its own password; every variable is sent', () => {
  const environment = completeEnvironment(RECIPE, EGG)
  const first = resolveEnvironment({ environment }, { game: 25_565, rcon: 25_566 })
  const second = resolveEnvironment({ environment }, { game: 25_570, rcon: 25_571 })
  expect(first).toMatchObject({ LEVEL: 'Procedural Map', RCON_PORT: '25566', SEED: '' })
  expect(first['RCON_PASS']).toMatch(/^[0-9a-f]{24}$/)
  expect(second['RCON_PORT']).toBe('25571')
  expect(second['RCON_PASS']).not.toBe(first['RCON_PASS'])
})

test('a port that is not reserved stays unresolved, so that the panel refuses it', () => {
  expect(resolveEnvironment({ environment: { A: '{{port:rcon}}' } }, {})).toEqual({ A: '{{port:rcon}}' })
})
