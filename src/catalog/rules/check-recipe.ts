import { portsIn, resolveEnvironment } from './environment.ts'
import { refusedBy } from './laravel.ts'

export interface EggVariable {
  envVariable: string
  name: string
  defaultValue: string
  rules: string
}
export interface Egg {
  id: number
  name: string
  dockerImage: string
  startup: string
  gone: boolean
  variables: EggVariable[]
}
export interface RecipeDraft {
  eggId: number
  /** null: the egg's own. */
  dockerImage: string | null
  startup: string | null
  /** Values that differ from the egg's defaults. */
  environment: Record<string, string>
  ports: string[]
}

/**
 * Every variable of the egg with the recipe's value or the egg's default: a variable that is left out of a create is stored
 * empty by the panel, not as its default.
 */
export const completeEnvironment = (recipe: Pick<RecipeDraft, 'environment'>, egg: Pick<Egg, 'variables'>): Record<string, string> =>
  Object.fromEntries(egg.variables.map((one) => [one.envVariable, recipe.environment[one.envVariable] ?? one.defaultValue]))

/**
 * Would the panel take a server of this recipe? Asked before anything is sold, since the panel itself says it only after
 * the customer has paid.
 * @returns every fault in plain words; null: none
 */
export function checkRecipe(recipe: RecipeDraft, egg: Egg | null): string | null {
  if (!egg || egg.gone) return `The panel has no egg ${recipe.eggId}${egg ? ` ("${egg.name}") any more` : ''}.`
  const faults = [...portFaults(recipe), ...unknownVariables(recipe, egg), ...refusedVariables(recipe, egg)]
  if (!(recipe.dockerImage ?? egg.dockerImage)) faults.push(`Neither the recipe nor the egg "${egg.name}" names a Docker image.`)
  if (!(recipe.startup ?? egg.startup)) faults.push(`Neither the recipe nor the egg "${egg.name}" has a start command.`)
  return faults.length === 0 ? null : faults.join(' ')
}

function portFaults(recipe: RecipeDraft): string[] {
  const faults = []
  if (recipe.ports.length === 0) faults.push('The recipe holds no port; every server needs one.')
  if (new Set(recipe.ports).size < recipe.ports.length) faults.push(`The recipe names a port twice: ${recipe.ports.join(', ')}.`)
  for (const [variable, value] of Object.entries(recipe.environment))
    for (const name of portsIn(value).filter((port) => !recipe.ports.includes(port)))
      faults.push(`${variable} asks for the port "${name}", but the recipe's ports are ${recipe.ports.join(', ')}.`)
  return faults
}

const unknownVariables = (recipe: RecipeDraft, egg: Egg): string[] =>
  Object.keys(recipe.environment)
    .filter((name) => !egg.variables.some((variable) => variable.envVariable === name))
    .map((name) => `The recipe sets ${name}, which the egg "${egg.name}" does not have.`)

function refusedVariables(recipe: RecipeDraft, egg: Egg): string[] {
  // Ports stand in for the real ones, which are known only when a server is placed.
  const ports = Object.fromEntries(recipe.ports.map((name) => [name, 25_565]))
  const values = resolveEnvironment({ environment: completeEnvironment(recipe, egg) }, ports, () => '0'.repeat(24))
  return egg.variables.flatMap(({ envVariable, name, rules }) => {
    const value = values[envVariable] ?? ''
    const rule = refusedBy(rules, value)
    if (rule === null) return []
    if (value.trim() === '')
      return [`The egg "${egg.name}" needs a value for ${envVariable} (${name}), and neither recipe nor egg gives one.`]
    return [`The panel would refuse ${envVariable} = "${value}" (${name}): its rule is ${rule}.`]
  })
}
