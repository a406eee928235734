import { setTimeout as wait } from 'node:timers/promises'
import { type Places, Shopper } from '../../src/doors/cli/demo/shopper.ts'
import type { Random } from './random.ts'

/** What one customer is going to do; drawn from the seed before anything happens. */
export interface Habit {
  n: number
  email: string
  /** When they come, from the beginning. */
  atMs: number
  plan: string
  region: string
  /** Comes with many others for the last places of the region. */
  rushes: boolean
  card: 'good' | 'declined_first' | 'none'
  /** Comes back from the pay page and looks at the order. */
  returns: boolean
}
export interface Visit {
  habit: Habit
  /** The checkout that they paid or left. */
  id: string | null
  paid: boolean
  soldOut: number
  /** What made them try again, and how often. */
  retries: Record<string, number>
  problem: string | null
}

/** Plans with one, two and three ports, and with variables that name them. */
const PLANS = ['minecraft-paper-2gb', 'teeworlds-vanilla-2gb', 'rust-vanilla-3gb', 'enshrouded-vanilla-4gb', 'mindustry-vanilla-2gb']
export const RUSH_REGION = 'us.dal'
export const OTHER_REGION = 'eu.fra'

/** @param orders how many pay; a tenth more comes and does not */
export function habitsOf(random: Random, ask: { orders: number; overMs: number; rushAtMs: number; regions: string[] }): Habit[] {
  const visitors = ask.orders + Math.ceil(ask.orders / 10)
  const leaving = new Set(random.shuffled(Array.from({ length: visitors }, (_, n) => n)).slice(ask.orders))
  return Array.from({ length: visitors }, (_, n) => {
    const rushes = random.chance(0.15)
    return {
      n,
      email: `customer-${n + 1}@example.com`,
      atMs: rushes ? Math.max(0, ask.rushAtMs - 15_000) : random.int(0, ask.overMs),
      plan: rushes ? 'minecraft-paper-2gb' : random.pick(PLANS),
      region: rushes ? RUSH_REGION : random.pick(ask.regions),
      rushes,
      card: leaving.has(n) ? 'none' : random.chance(0.08) ? 'declined_first' : 'good',
      returns: random.chance(0.5),
    }
  })
}

/** @param ask.rush resolves when those who wait for the last places may order */
export async function visit(places: Places, habit: Habit, ask: { rush: Promise<void>; giveUpAt: number }): Promise<Visit> {
  const visit: Visit = { habit, id: null, paid: false, soldOut: 0, retries: {}, problem: null }
  const shopper = new Shopper(places, habit.email, cameFrom(habit))
  const insist = (act: () => Promise<void>) => keepTrying(act, visit, ask.giveUpAt)
  try {
    await insist(() => shopper.signUp().catch((error: Error) => (/already|exist/i.test(error.message) ? undefined : Promise.reject(error))))
    await insist(() => shopper.verify().catch((error: Error) => askForMail(places, habit).then(() => Promise.reject(error))))
    if (habit.rushes) await ask.rush
    let url = ''
    await insist(async () => {
      const region = visit.soldOut > 0 ? OTHER_REGION : habit.region
      const opened = await shopper.checkOut(habit.plan, region).catch((error: Error) => {
        if (/fleet\.(no_capacity|holds_full)/.test(error.message)) visit.soldOut += 1
        throw error
      })
      visit.id = opened.id
      url = opened.url
    })
    if (habit.card === 'none') return visit
    if (habit.card === 'declined_first') await shopper.pay(url, '4000 0000 0000 0002').catch(() => undefined)
    // A page that says "closed" to a second try has taken the first.
    await insist(() =>
      shopper.pay(url).catch((error: Error) => (/answered 4(09|10)/.test(error.message) ? undefined : Promise.reject(error))),
    )
    visit.paid = true
    if (habit.returns && visit.id) await shopper.order(visit.id).catch(() => undefined)
  } catch (error) {
    visit.problem = `${(error as Error).message.slice(0, 300)} after ${JSON.stringify(visit.retries)}`
  }
  return visit
}

/** Everybody has an address of their own, as a reverse proxy would tell it. */
const cameFrom = (habit: Habit) => ({ 'x-forwarded-for': `10.0.${habit.n >> 8}.${habit.n & 255}` })

/** The mail did not come: "send it again". */
const askForMail = (places: Places, habit: Habit): Promise<unknown> =>
  fetch(`${places.shopUrl}/api/auth/send-verification-email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: places.shopUrl, ...cameFrom(habit) },
    body: JSON.stringify({ email: habit.email }),
    signal: AbortSignal.timeout(20_000),
  }).catch(() => undefined)

/** Said for good: our own mistake, not a fault. */
const FINAL = /orders\.region_unknown|request\.invalid/

/** The code of our answer, else the beginning of what was thrown. */
const reasonOf = ({ message }: Error): string => /"(?:type|code)":"([^"]+)"/.exec(message)?.[1] ?? message.slice(0, 60)

async function keepTrying(act: () => Promise<void>, visit: Visit, giveUpAt: number): Promise<void> {
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (Date.now() > giveUpAt || FINAL.test((error as Error).message)) throw error
      const reason = reasonOf(error as Error)
      visit.retries[reason] = (visit.retries[reason] ?? 0) + 1
      await wait(500)
    }
  }
}
