import { externalAccountOf, userById } from '../accounts/index.ts'
import { record } from '../audit/index.ts'
import type { Actor } from '../kit/actor.ts'
import { asFailure } from '../kit/failure.ts'
import { HOUR } from '../kit/time.ts'
import { type NewMessage, post, writeLetter } from '../messages/index.ts'
import { orderById } from '../orders/index.ts'
import type { World } from '../world.ts'
import { noSuchCustomer } from './show-customer.ts'
import { addNote, customerById } from './store/customers.ts'

interface By {
  by: Actor
  userId: string
  requestId?: string | null
}

export const writeNote = (world: Pick<World, 'db' | 'now'>, ask: By & { body: string }): Promise<void> =>
  world.db.tx(async (tx) => {
    if (!(await customerById(tx, ask.userId))) throw noSuchCustomer()
    const at = world.now()
    await addNote(tx, { ...ask, at })
    const to = { type: 'user', id: ask.userId }
    await record(tx, { by: ask.by, did: 'customers.note', to, requestId: ask.requestId ?? null, at })
  })

type ByHand = 'panel_access' | 'order_update' | 'how_to_end'

/** One of the fixed mails, about one of the customer's orders; with `dryRun` it is shown and not sent. */
export async function sendByHand(
  world: Pick<World, 'db' | 'now' | 'shop'>,
  ask: By & { template: ByHand; orderId: string; dryRun: boolean },
): Promise<{ subject: string; text: string; sent: boolean }> {
  const { q } = world.db
  const [user, order, account] = await Promise.all([userById(q, ask.userId), orderById(q, ask.orderId), externalAccountOf(q, ask.userId)])
  if (!user || order?.userId !== user.id) throw noSuchCustomer()
  const at = world.now()
  const about = { orderId: order.id, serverName: order.serverName }
  // The same mail to the same person is sent once an hour, however often somebody presses.
  const dedupeKey = `order:${order.id}:hand:${ask.template}:${Math.floor(at.getTime() / HOUR)}`
  const to = { userId: user.id, toEmail: user.email, dedupeKey, at }
  // What our own trouble is called is for staff: it names keys and nodes.
  const state = order.deliveredAt ? 'Your server is delivered.' : 'Your server is not ready yet. The delay is on our side.'
  const next = order.deliveredAt ? 'Nothing: it runs as you ordered it.' : 'We keep at it and write when it is ready.'
  const messages: Record<ByHand, NewMessage> = {
    panel_access: { ...to, template: 'panel_access', props: { ...about, panelUsername: account?.panelUsername ?? 'not made yet' } },
    order_update: { ...to, template: 'order_update', props: { ...about, state, next } },
    how_to_end: { ...to, template: 'how_to_end', props: about },
  }
  const message = messages[ask.template]
  const { subject, text } = writeLetter(message, world.shop)
  if (!ask.dryRun)
    await world.db.tx(async (tx) => {
      await post(tx, message)
      const details = { template: ask.template, order: order.id }
      const target = { type: 'user', id: user.id }
      await record(tx, { by: ask.by, did: 'customers.message', to: target, details, requestId: ask.requestId ?? null, at })
    })
  return { subject, text, sent: !ask.dryRun }
}

/** What the panel says of the customer at this moment; nothing is changed. */
export async function testPanel(world: Pick<World, 'db' | 'panel'>, userId: string) {
  const account = await externalAccountOf(world.db.q, userId)
  const call = { share: 'staff' as const }
  const checks: { what: string; well: boolean; says: string }[] = []
  const say = (what: string, well: boolean, says: string) => checks.push({ what, well, says })
  if (!account) say('account', false, 'No account on the panel is known; sync makes or finds it.')
  else
    try {
      const user = await world.panel.userById(call, account.pterodactylUserId)
      if (!user) say('account', false, `The panel no longer has the user ${account.pterodactylUserId}.`)
      else if (user.externalId !== userId)
        say('account', false, `Its external id on the panel is ${user.externalId ?? 'empty'}, not this customer’s.`)
      else say('account', true, `The panel has it as ${user.username}, ${user.email}.`)
      const orders = await world.db.q
        .selectFrom('orders')
        .select(['id', 'server_name'])
        .where('user_id', '=', userId)
        .where('status', 'in', ['provisioned', 'active'])
        .limit(100)
        .execute()
      const servers =
        orders.length === 0
          ? []
          : await world.panel.serversByExternalIds(
              call,
              orders.map((order) => order.id),
            )
      for (const order of orders) {
        const server = servers.find((one) => one.externalId === order.id)
        const owns = server?.userId === account.pterodactylUserId
        const says = server ? (owns ? 'owned by the customer' : `owned by panel user ${server.userId}`) : 'not on the panel'
        say(`server ${order.server_name}`, owns, says)
      }
    } catch (thrown) {
      say('panel', false, asFailure(thrown).say)
    }
  return { well: checks.every((check) => check.well), checks }
}
