import { HANDLED_TYPES } from '../billing/index.ts'
import { asFailure } from '../kit/failure.ts'
import { DAY, later, MINUTE } from '../kit/time.ts'
import type { World } from '../world.ts'
import { broughtByWebhook, saveAsked, stripeHealth } from './store/stripe.ts'
import { takeTurn } from './store/turns.ts'

const OURS = '/functions/v1/stripe-webhook'
/** Within this time an event may be on its way. */
const UNDER_WAY_MS = 2 * MINUTE
const LOOK_BACK_MS = DAY

/**
 * Asks Stripe for our endpoint and for what it could not deliver there, in turn with the other processes: rarely, but each
 * minute while it refuses our key, so that it is known when it takes it again.
 */
export async function askStripe(
  world: Pick<World, 'db' | 'stripe' | 'now' | 'log'>,
  turn: { holder: string; everyMs: number },
): Promise<void> {
  const { q } = world.db
  const { refusedSince, unreachableSince } = await stripeHealth(q)
  const everyMs = refusedSince || unreachableSince ? Math.min(MINUTE, turn.everyMs) : turn.everyMs
  if (!(await takeTurn(q, { name: 'ask_stripe', holder: turn.holder, everyMs: everyMs * 0.9 }))) return
  const at = world.now()
  try {
    await saveAsked(q, { at, error: null, ...(await asked(world, at)) })
  } catch (thrown) {
    const failure = asFailure(thrown)
    if (failure.kind === 'bug') throw thrown
    // A key without the right to look is no fault: the page says what is not known, and why.
    world.log.info({ code: failure.code }, 'Stripe was not asked for its deliveries')
    await saveAsked(q, { at, error: failure.say })
  }
}

async function asked({ db, stripe }: Pick<World, 'db' | 'stripe'>, at: Date) {
  const endpoints = (await stripe.webhookEndpoints({})).filter(({ url }) => URL.canParse(url) && new URL(url).pathname === OURS)
  const [first] = endpoints
  const enabled = endpoints.find((one) => one.enabled)
  const ask = { since: later(at, -LOOK_BACK_MS), until: later(at, -UNDER_WAY_MS), types: HANDLED_TYPES }
  const listed = await stripe.undeliveredEvents({}, ask)
  const brought = await broughtByWebhook(
    db.q,
    listed.map((event) => event.id),
  )
  const missing = listed.filter((event) => !brought.has(event.id))
  return {
    endpoint: {
      state: enabled ? ('enabled' as const) : first ? ('disabled' as const) : ('missing' as const),
      url: (enabled ?? first)?.url ?? null,
    },
    undelivered: {
      count: missing.length,
      since: missing.at(-1)?.createdAt ?? null,
      types: [...new Set(missing.map((one) => one.type))].sort(),
    },
  }
}
