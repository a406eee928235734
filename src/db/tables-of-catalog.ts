import type { Defaulted, JsonOr, Maybe } from './columns.ts'

/** Tables of the room catalog. */

interface Games {
  id: string
  name: string
  summary: string
  eula_name: Maybe<string>
  eula_url: Maybe<string>
  sort: Defaulted<number>
  enabled: Defaulted<boolean>
}
interface Eggs {
  id: number
  nest_id: number
  name: string
  docker_image: string
  startup: string
  gone_at: Maybe<Date>
  synced_at: Date
}
interface EggVariables {
  egg_id: number
  env_variable: string
  name: string
  default_value: string
  rules: string
}
interface Recipes {
  id: string
  game_id: string
  variant: string
  egg_id: number
  docker_image: Maybe<string>
  startup: Maybe<string>
  environment: JsonOr<Record<string, string>>
  ports: JsonOr<string[]>
  problem: Maybe<string>
  checked_at: Maybe<Date>
}
interface Plans {
  id: string
  recipe_id: string
  name: string
  ram_gb: number
  cores: number
  disk_gb: number
  swap_mb: Defaulted<number>
  io: Defaulted<number>
  databases: Defaulted<number>
  backups: Defaulted<number>
  delayed_payments: Defaulted<boolean>
  alert_after_minutes: Defaulted<number>
  cancel_after_hours: Defaulted<number>
  replaces: Maybe<string>
  withdrawn_at: Maybe<Date>
  sort: Defaulted<number>
  created_at: Defaulted<Date>
}
interface PlanPrices {
  plan_id: string
  term: 'monthly' | 'quarterly' | 'semi_annual' | 'yearly'
  currency: string
  amount_cents: number
  stripe_price_id: Maybe<string>
}

export interface TablesOfCatalog {
  games: Games
  eggs: Eggs
  egg_variables: EggVariables
  recipes: Recipes
  plans: Plans
  plan_prices: PlanPrices
}
