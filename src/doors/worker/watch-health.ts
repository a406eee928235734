import { randomUUID } from 'node:crypto'
import {
  askStripe,
  composeDigest,
  createPulse,
  createTeller,
  type DigestPart,
  evaluateAlerts,
  rollUp,
  sampleMinute,
  type Tally,
  takeTurn,
  tidyHealth,
} from '../../health/index.ts'
import { DAY, MINUTE, SECOND } from '../../kit/time.ts'
import type { Loop, Ticker } from '../../loop/index.ts'
import type { World } from '../../world.ts'

export interface HealthSettings {
  /** How often Stripe is asked for our endpoint and what it could not deliver. */
  backfillMs: number
  /** How often the rules are judged. */
  alertEveryMs: number
  /** UTC. */
  digestHour: number
}

/** What further rooms say in the daily summary, in this order, after the shop's own figures. */
const DIGEST_PARTS: DigestPart[] = []

const BEAT_MS = 5 * SECOND
const TELL_MS = 5 * SECOND

/** Notes of a timed task that there is one, and each time whether it got through. */
export function watched(ticker: Ticker, tally: Tally): Ticker {
  tally.has(ticker)
  return {
    ...ticker,
    async tick(signal) {
      try {
        await ticker.tick(signal)
      } catch (error) {
        if (!signal.aborted) tally.ticked(ticker, error)
        throw error
      }
      tally.ticked(ticker, null)
    },
  }
}

/**
 * Every process, whatever its role, says that it lives, and judges how the shop does when it is its turn: when no worker
 * is left the others notice and tell.
 */
export function watchHealth(
  world: World,
  loop: Loop,
  parts: { role: 'all' | 'web' | 'worker'; tally: Tally; settings: HealthSettings },
): { stop(): Promise<void> } {
  const { role, tally, settings } = parts
  const { q } = world.db
  const holder = randomUUID()
  const pulse = createPulse(world, { role, tally })
  const teller = createTeller(world)
  /** A task that one process does for all: who finds it done says nothing of it. It may come a little early and would else miss its turn. */
  const inTurn = (name: string, everyMs: number, act: () => Promise<void>): Ticker => ({
    name,
    everyMs,
    async tick(signal) {
      if (!(await takeTurn(q, { name, holder, everyMs: everyMs * 0.9 }))) return
      await watched({ name, everyMs, tick: act }, tally).tick(signal)
    },
  })
  const evaluate = async () => {
    const done = await evaluateAlerts(world, { name: 'alerts', holder })
    if (done && done.fired + done.resolved > 0) world.log.info({ fn: 'alerts', ...done }, 'alerts were judged')
    if (done && done.queued > 0) await teller.go()
  }
  loop.startTickers([
    // Not watched itself: where it fails, nothing at all is heard of this process.
    { name: 'heartbeat', everyMs: BEAT_MS, tick: () => pulse.beat() },
    watched({ name: 'tell_channels', everyMs: TELL_MS, tick: () => teller.go() }, tally),
    watched(
      {
        name: 'ask_stripe',
        everyMs: Math.min(MINUTE, settings.backfillMs),
        tick: () => askStripe(world, { holder, everyMs: settings.backfillMs }),
      },
      tally,
    ),
    inTurn('alerts', settings.alertEveryMs, evaluate),
    inTurn('health_minute', MINUTE, () => sampleMinute(world)),
    inTurn('health_hours', MINUTE, () => rollUp(world)),
    inTurn('digest', MINUTE, () => composeDigest(world, { hour: settings.digestHour, parts: DIGEST_PARTS })),
    inTurn('tidy_health', DAY, () => tidyHealth(world)),
  ])
  return {
    async stop() {
      await teller.settled()
      await pulse.stop()
    },
  }
}
