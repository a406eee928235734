import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import type { FaultInput } from '../../sandbox/faults.ts'
import { Shopper } from '../../src/doors/cli/demo/shopper.ts'
import { type Evidence, type Finding, found, gather } from '../chaos/evidence.ts'
import { duplicates, lost, money, notSettled, oversold, portClashes } from '../chaos/promises.ts'
import { leakedHolds, wrongTotals } from '../chaos/promises-of-rows.ts'
import type { Stage } from '../chaos/stage.ts'

/** `npm run faults` runs every case; with everything else the ones that are marked. */
export const ALL = process.env['FAULTS'] === 'all'
export const QUIET_STAGE = { trueScale: false, nodeScale: 1, installSeconds: 1, random: () => 0, logLevel: 'error' }
export const REGION = 'eu.fra'
export const PLAN = 'minecraft-paper-2gb'
export const LARGER_PLAN = 'minecraft-paper-4gb'

let customers = 0
/** A paid checkout of a new customer, or of one who is signed in already. @returns its id */
export async function buy(stage: Stage, known?: Shopper): Promise<string> {
  const shopper = known ?? (await newCustomer(stage))
  for (let tries = 0; ; tries += 1) {
    try {
      const { id, url } = await shopper.checkOut(PLAN, REGION)
      await shopper.pay(url)
      return id
    } catch (error) {
      if (tries >= 60) throw error
      await wait(500)
    }
  }
}
export async function newCustomer(stage: Stage): Promise<Shopper> {
  customers += 1
  const shopper = new Shopper(stage, `customer-${customers}@example.com`, {
    'x-forwarded-for': `10.1.${customers >> 8}.${customers & 255}`,
  })
  await shopper.signUp()
  await shopper.verify()
  return shopper
}

const look = async (stage: Stage, id: string) =>
  (
    await stage.sql.query(
      `select o.status, o.money_settled_at is not null as settled, s.attempt is not null as busy, r.id is not null as holds, o.suspended_at is not null as suspended,
         o.plan_id = $2 as larger, o.plan_change ->> 'priced_at' is not null as priced
       from orders o left join server_states s on s.order_id = o.id left join reservations r on r.id = o.id where o.id = $1`,
      [id, LARGER_PLAN],
    )
  ).rows[0]

/** Waits until nothing is left to do for the order: delivered, on another plan, or ended with everything given back. */
export async function settled(
  stage: Stage,
  id: string,
  as: 'delivered' | 'gone' | 'suspended' | 'grown' | 'shrunk',
  timeout = 90_000,
): Promise<void> {
  const want = {
    delivered: { status: 'provisioned', busy: false, holds: true },
    grown: { status: 'provisioned', busy: false, holds: true, larger: true, priced: true },
    shrunk: { status: 'provisioned', busy: false, holds: true, larger: false, priced: true },
    gone: { status: 'canceled', settled: true, busy: false, holds: false },
    suspended: { status: 'canceled', settled: true, busy: false, holds: true },
  }[as]
  await expect.poll(() => look(stage, id), { timeout, interval: 200 }).toMatchObject(want)
}

/** Waits until the fault that was to hit `times` has done so. */
export const struck = (stage: Stage, id: string, timeout = 60_000): Promise<void> =>
  expect
    .poll(
      async () =>
        ((await (await fetch(`${stage.controlUrl}/faults.json`)).json()) as { faults: { id: string }[] }).faults.map((one) => one.id),
      {
        timeout,
        interval: 50,
      },
    )
    .not.toContain(id)

export const once = (stage: Stage, input: FaultInput): Promise<string> => stage.fault({ ...input, times: 1 })

/** What stands and what is held for it are as large as the plan, and Stripe charges the price of a plan that was changed to. */
async function wrongSizes({ sql, panel, stripe }: Evidence): Promise<Finding> {
  const { rows } = await sql.query<{ id: string; ram: number; held: number; price: string | null; subscription: string }>(
    `select o.id, p.ram_gb * 1024 as ram, r.ram_mb as held, o.plan_change -> 'price' ->> 'id' as price, o.stripe_subscription_id as subscription
     from orders o join plans p on p.id = o.plan_id join reservations r on r.id = o.id where o.status in ('provisioned', 'active')`,
  )
  const violations = rows.flatMap(({ id, ram, held, price, subscription }) => {
    const server = panel.servers.find((one) => one.external_id === id)
    const charged = stripe.subscriptions.find((one) => one.id === subscription)?.items.data.map((item) => item.price.id)
    return [
      ...(Number(ram) === server?.limits.memory ? [] : [{ id, what: `its server has ${server?.limits.memory} MiB, its plan ${ram}` }]),
      ...(Number(ram) === held ? [] : [{ id, what: `${held} MiB are held, its plan has ${ram}` }]),
      ...(price === null || String(charged) === price ? [] : [{ id, what: `Stripe charges ${charged}, not ${price}` }]),
    ]
  })
  return found('sizes and prices as planned', rows.length, violations)
}

/** What must be true of the whole stage whenever nothing is under way. @param but promises that the case itself leaves open */
export async function expectPromisesKept(stage: Stage, but: string[] = []): Promise<void> {
  const seen = await gather(stage)
  const findings: Finding[] = [
    lost(seen),
    duplicates(seen),
    await oversold(seen),
    await portClashes(seen),
    notSettled(seen),
    money(seen),
    await leakedHolds(seen),
    await wrongTotals(seen),
    await wrongSizes(seen),
  ]
  const broken = findings.filter((one) => one.violations.length > 0 && !but.includes(one.promise))
  expect(broken.map((one) => `${one.promise}: ${one.violations.map((each) => `${each.id} ${each.what}`).join('; ')}`)).toEqual([])
}
