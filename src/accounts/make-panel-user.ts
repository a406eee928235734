import { record } from '../audit/index.ts'
import { Failure } from '../kit/failure.ts'
import { later, SECOND } from '../kit/time.ts'
import type { PanelUser } from '../outside/panel/types.ts'
import type { World } from '../world.ts'
import { panelIdentityConflict, panelKeepsFailing, panelUserUnknown } from './errors.ts'
import { newPassword, usernameSuffix } from './new-password.ts'
import type { EnsureAsk, EnsuredAccount, UserCalls } from './panel-account.ts'
import { type CreateAnswer, claim, nextMove, panelNames, panelUsername } from './rules.ts'
import { closeAttempt, externalAccountOf, openAttempt, saveAttempt, saveExternalAccount } from './store/panel-users.ts'
import type { User } from './store/users.ts'

/** The panel may still be at work on a request that it did not answer; only then is "not there" an answer. */
const UNKNOWN_MS = 35 * SECOND
const ASK_SOON_MS = 3 * SECOND
const ROUNDS = 4
export const CONFLICT = 'accounts.panel_identity_conflict'

type Parts = Pick<World, 'db' | 'now'> & { panel: UserCalls }
type Ask = EnsureAsk & { user: User }
type Done = Omit<EnsuredAccount, 'callsMade'>

/** Makes the customer's panel user, or takes the one that proves to be the customer's. Runs alone (panel-user-lease.ts). */
export async function makePanelUser(world: Parts, ask: Ask): Promise<Done> {
  const { user } = ask
  const raced = await externalAccountOf(world.db.q, user.id)
  if (raced) return { account: raced, password: null }
  const unknown = await settleAttempt(world, ask)
  if (unknown) return unknown

  let failure: unknown
  for (let round = 0; round < ROUNDS; round += 1) {
    const username = panelUsername(user.email, usernameSuffix())
    const password = ask.withPassword ? newPassword() : null
    ask.call.signal?.throwIfAborted()
    await saveAttempt(world.db.q, user.id, { username, startedAt: world.now() })
    try {
      const made = await world.panel.createUser(ask.call, {
        externalId: user.id,
        username,
        email: user.email,
        ...panelNames(user.name),
        ...(password === null ? {} : { password }),
      })
      return { account: await save(world, ask, made, false), password }
    } catch (thrown) {
      failure = thrown
    }
    const move = nextMove(answerOf(failure))
    if (move === 'unknown') throw panelUserUnknown(ASK_SOON_MS, failure)
    await closeAttempt(world.db.q, user.id)
    if (move === 'give_up') throw failure
    const found = move === 'look_up' ? await lookUp(world, ask, { username, password }, answerOf(failure)) : null
    if (found) return found
  }
  throw panelKeepsFailing(failure)
}

/** A thrown thing that is no Failure (an abort) may have come after the request went out: unknown. */
const answerOf = (thrown: unknown): CreateAnswer => (thrown instanceof Failure ? (thrown.facts as CreateAnswer) : { answered: false })

/** An earlier request of which no answer is known, from this process or one that died: ask what became of it. */
async function settleAttempt(world: Parts, ask: Ask): Promise<Done | null> {
  const attempt = await openAttempt(world.db.q, ask.user.id)
  if (!attempt) return null
  const found = await world.panel.userByExternalId(ask.call, ask.user.id)
  if (found) return takeIfOurs(world, ask, found, { username: attempt.username, password: null })
  const waitMs = later(attempt.startedAt, ask.unknownWaitMs ?? UNKNOWN_MS).getTime() - world.now().getTime()
  if (waitMs > 0) throw panelUserUnknown(waitMs)
  return null
}

/** @param sent what the refused request had asked for: the panel may have made it all the same. @returns null: nobody is there */
async function lookUp(world: Parts, ask: Ask, sent: Sent, answer: CreateAnswer): Promise<Done | null> {
  const byId = await world.panel.userByExternalId(ask.call, ask.user.id)
  if (byId) return takeIfOurs(world, ask, byId, sent)
  const [byEmail] = await world.panel.usersByEmail(ask.call, ask.user.email)
  if (byEmail) return takeIfOurs(world, ask, byEmail, sent)
  // The panel compares without accents, we do not: an address that is only alike is somebody else's.
  if (answer.refused && 'email' in answer.refused)
    throw await conflict(world, ask, 'its address is only alike, in capitals or accents', null)
  return null
}

interface Sent {
  username: string
  password: string | null
}

async function takeIfOurs(world: Parts, ask: Ask, found: PanelUser, sent: Sent): Promise<Done> {
  const verdict = claim(found, ask.user)
  if (verdict.take === 'never') throw await conflict(world, ask, verdict.why, found)
  if (verdict.take === 'adopt') {
    await world.panel.updateUser(ask.call, found, { externalId: ask.user.id })
    return { account: await save(world, ask, found, true), password: null }
  }
  const madeByUs = found.username === sent.username
  let password = madeByUs ? sent.password : null
  if (madeByUs && ask.withPassword && password === null) {
    // Made by a request whose answer never came, with a password that nobody has: it gets one that somebody does.
    password = newPassword()
    await world.panel.updateUser(ask.call, found, { password })
  }
  return { account: await save(world, ask, found, !madeByUs), password }
}

async function save(world: Parts, ask: Ask, found: PanelUser, adopted: boolean) {
  const at = world.now()
  const userId = ask.user.id
  const account = {
    userId,
    pterodactylUserId: found.id,
    panelUsername: found.username,
    panelEmail: found.email,
    adopted,
    createdAt: at,
  }
  await world.db.tx(async (tx) => {
    await saveExternalAccount(tx, account)
    await closeAttempt(tx, userId)
    const did = adopted ? 'accounts.adopt_panel_user' : 'accounts.make_panel_user'
    await record(tx, { by: ask.by, did, to: { type: 'user', id: userId }, details: { pterodactylUserId: found.id }, at })
    const reason = 'The customer has an account on the panel now.'
    await ask.findings.resolveFinding(tx, { kind: CONFLICT, subject: { type: 'user', id: userId }, by: 'accounts', reason, at })
  })
  return account
}

/** Opens the finding and gives the failure to throw. */
async function conflict(world: Parts, ask: Ask, why: string, found: PanelUser | null): Promise<Failure> {
  const { user } = ask
  await world.db.tx((tx) =>
    ask.findings.openFinding(tx, {
      kind: CONFLICT,
      severity: 'warning',
      subject: { type: 'user', id: user.id },
      summary: `The panel has an account with the address ${user.email} that we may not use for this customer: ${why}.`,
      remedy: `On the panel (Admin → Users): if the account is this customer’s and no administrator’s, set its External ID to ${user.id}; else change its address. Then retry the order.`,
      evidence: {
        why,
        panelUserId: found?.id ?? null,
        panelExternalId: found?.externalId ?? null,
        administrator: found?.rootAdmin ?? null,
      },
      at: world.now(),
    }),
  )
  return panelIdentityConflict(user, why)
}
