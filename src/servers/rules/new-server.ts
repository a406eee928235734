import { type Plan, type Recipe, resolveEnvironment } from '../../catalog/index.ts'
import type { Limits } from './want.ts'

interface Facts {
  orderId: string
  serverName: string
  ownerId: number
  plan: Plan
  recipe: Recipe
  limits: Limits
  /** First one: the default. */
  ports: { id: number; name: string; port: number }[]
}

/**
 * The body of a create: every variable of the egg is named (one left out is stored empty, not as its default) and every
 * feature limit is a number (null would mean unlimited databases).
 */
export const newServer = ({ orderId, serverName, ownerId, plan, recipe, limits, ports }: Facts) => ({
  name: serverName,
  externalId: orderId,
  userId: ownerId,
  eggId: recipe.eggId,
  dockerImage: recipe.dockerImage,
  startup: recipe.startup,
  environment: resolveEnvironment(recipe, Object.fromEntries(ports.map((one) => [one.name, one.port]))),
  limits,
  featureLimits: { databases: plan.databases, backups: plan.backups, allocations: ports.length },
  allocation: { default: ports[0]?.id ?? 0, additional: ports.slice(1).map((one) => one.id) },
  startOnCompletion: true,
})
