import { randomBytes } from 'node:crypto'

/** What the panel needs to make a server of a plan. */
export interface Recipe {
  eggId: number
  dockerImage: string
  startup: string
  /** Every variable of the egg; `{{port:NAME}}` and `{{secret}}` are still in. */
  environment: Record<string, string>
  /** Names of its ports; the first is the default allocation. */
  ports: string[]
}

const PORT = /\{\{port:([\w-]+)\}\}/g
const SECRET = /\{\{secret\}\}/g

/** Names of the ports that a value asks for. */
export const portsIn = (value: string): string[] => [...value.matchAll(PORT)].map((match) => match[1] ?? '')

/** 24 hexadecimal digits: passes any rule that allows letters and digits. */
const newSecret = () => randomBytes(12).toString('hex')

/**
 * The environment of one server: `{{port:query}}` becomes the port reserved under that name, `{{secret}}` a password that
 * no two servers share (an egg's own default would be the same for every customer).
 * @param ports port name → number, as reserved; a name that is missing stays as it is, and the panel refuses it
 */
export function resolveEnvironment(
  recipe: Pick<Recipe, 'environment'>,
  ports: Record<string, number>,
  secret: () => string = newSecret,
): Record<string, string> {
  const fill = (value: string) => value.replace(PORT, (whole, name: string) => String(ports[name] ?? whole)).replace(SECRET, () => secret())
  return Object.fromEntries(Object.entries(recipe.environment).map(([name, value]) => [name, fill(value)]))
}
