import type { Queries } from '../../db/index.ts'
import { type Plan, plansOfGame } from './plans.ts'

export interface Game {
  id: string
  name: string
  summary: string
  /** What a buyer must accept first; null: nothing. */
  eula: { name: string; url: string } | null
  enabled: boolean
}

const select = (q: Queries) => q.selectFrom('games').select(['id', 'name', 'summary', 'eula_name', 'eula_url', 'enabled'])
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>
const read = ({ eula_name, eula_url, ...game }: Row): Game => ({
  ...game,
  eula: eula_name !== null && eula_url !== null ? { name: eula_name, url: eula_url } : null,
})

export async function gameById(q: Queries, id: string): Promise<Game | null> {
  const row = await select(q).where('id', '=', id).executeTakeFirst()
  return row ? read(row) : null
}

/** Games with at least one plan that is not withdrawn, with those plans, in the shop's order. Two queries. */
export async function gamesForSale(q: Queries): Promise<(Game & { plans: Plan[] })[]> {
  const [rows, plans] = await Promise.all([select(q).where('enabled', '=', true).orderBy('sort').orderBy('name').execute(), plansOfGame(q)])
  return rows
    .map((row) => ({ ...read(row), plans: plans.filter((plan) => plan.gameId === row.id) }))
    .filter((game) => game.plans.length > 0)
}
