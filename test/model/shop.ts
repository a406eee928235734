import type { User } from '../../src/accounts/store/users.ts'
import type { Plan, Recipe } from '../../src/catalog/index.ts'

export const T0 = new Date('2026-03-01T12:00:00Z')
export const PLAN: Plan = {
  id: 'mc-4',
  recipeId: 'mc',
  name: '4 GB',
  gameId: 'mc',
  gameName: 'Minecraft',
  variant: 'paper',
  ramGb: 4,
  cores: 2,
  diskGb: 20,
  swapMb: 0,
  io: 500,
  databases: 1,
  backups: 1,
  ports: ['game', 'query'],
  delayedPayments: false,
  alertAfterMinutes: 15,
  cancelAfterHours: 24,
  prices: [{ term: 'monthly', amountCents: 900, currency: 'eur', stripePriceId: 'price' }],
  problem: null,
}
/** What an order may be changed to: half of it, and twice, which takes the whole of a large node. */
export const PLANS: Plan[] = [
  PLAN,
  { ...PLAN, id: 'mc-2', name: '2 GB', ramGb: 2, cores: 1, diskGb: 10 },
  { ...PLAN, id: 'mc-8', name: '8 GB', ramGb: 8, cores: 4, diskGb: 40, backups: 3 },
]
const RECIPE: Recipe = { eggId: 5, dockerImage: 'java', startup: 'run', environment: { PORT: '{{port:query}}' }, ports: PLAN.ports }

export const catalog = {
  planById: async (_q: unknown, id: string): Promise<Plan | null> => PLANS.find((plan) => plan.id === id) ?? null,
  recipeOf: async () => RECIPE,
}

export const emailOf = (userId: string) => `${userId}@example.test`
export const users = {
  userById: async (_q: unknown, id: string): Promise<User> => ({
    id,
    email: emailOf(id),
    name: 'Ann Bell',
    emailVerified: true,
    role: 'customer',
    twoFactorEnabled: false,
  }),
}
