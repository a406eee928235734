import { HOUR } from '../../kit/time.ts'
import { identityMismatch, installFailed, noRecipe, serverGone, suspendedByOthers } from '../errors.ts'
import type { ServersSettings } from '../settings.ts'
import { differences, hasLimits } from './ours.ts'
import type { Step } from './step.ts'
import { type Attempt, type Seen, type SeenServer, UNKNOWN, type Want } from './want.ts'

const FRESH_MS = 15_000
/** So many creates of unknown result keep an order on a node that takes no new servers. */
const UNCLEAR_CREATES_MAX = 2
/** How often it is asked whether the server of a canceled order, kept until somebody decides, still stands. */
export const CANCELED_LOOK_MS = HOUR

/** The first instant at which a look at the panel tells the attempt's result for certain. */
export const decisiveFrom = (attempt: Attempt, settings: Pick<ServersSettings, 'unknownWaitMs'>): Date =>
  attempt.answer === 'refused' && attempt.answeredAt ? attempt.answeredAt : new Date(attempt.startedAt.getTime() + settings.unknownWaitMs)

/**
 * What to do, in order, to bring the panel to what the order asks; empty: nothing now (see `nextLook`).
 * Never plans a create while the result of an earlier attempt is unknown.
 */
export function plan(want: Want, looked: Seen, now: Date, settings: ServersSettings): Step[] {
  const seen = isOutdone(want, looked, now) ? UNKNOWN : looked
  if (want.changedByHand) return [{ do: 'settle_hand_change' }]
  if (want.attempt) return closeAttempt(want, want.attempt, seen, now, settings)
  if (want.status === 'canceled') return takeDown(want, seen, now)
  if (want.status === 'error') return []
  if (want.status === 'provisioned' || want.status === 'active') return keep(want, seen, now, settings)
  return want.serverId === null ? make(want, seen, now) : install(want, seen, now, settings)
}

/** "Not there" from before it was made, by a look that was held up: it says nothing about now. */
const isOutdone = ({ installingSince }: Want, seen: Seen, now: Date): boolean =>
  seen.what === 'absent' && installingSince !== null && seen.at < installingSince && installingSince <= now

function closeAttempt(want: Want, attempt: Attempt, seen: Seen, now: Date, settings: ServersSettings): Step[] {
  const from = decisiveFrom(attempt, settings)
  const fresh = seen.what !== 'unknown' && seen.at >= from
  // A server that has come out of its installation cannot be the half of a create that the panel takes back.
  const finished = seen.what === 'server' && seen.status !== 'installing' && attempt.answer === 'taken'
  if (!fresh && !finished) return now >= from || (attempt.answer === 'taken' && seen.what === 'unknown') ? [{ do: 'look_up' }] : []
  if (attempt.step !== 'create' || seen.what !== 'server') return [{ do: 'close_attempt' }]
  return adoptOrAsk(want, seen)
}

function adoptOrAsk(want: Want, seen: SeenServer): Step[] {
  const wrong = differences(want, seen)
  return wrong.length === 0 ? [{ do: 'adopt' }] : [{ do: 'give_up', failure: identityMismatch(wrong) }]
}

/** No server yet. */
function make(want: Want, seen: Seen, now: Date): Step[] {
  if (isHeldBack(want, now)) return []
  if (!want.recipe) return [{ do: 'give_up', failure: noRecipe(want.planId) }]
  // Something of this id stands there already, though we know of no attempt: restored from a backup, or created by hand.
  // A person may have removed it since: what an older look saw decides nothing.
  if (seen.what === 'server' && want.ownerId !== null) return isFresh(seen, now) ? adoptOrAsk(want, seen) : [{ do: 'look_up' }]
  const steps: Step[] = []
  if (want.panelDoubtful && seen.what === 'unknown') steps.push({ do: 'look_up' })
  if (want.ownerId === null) steps.push({ do: 'ensure_account' })
  if (want.place === null) steps.push({ do: 'reserve' })
  else if (!want.place.sellable && !mayStillCome(want)) steps.push({ do: 'move_reservation' })
  return [...steps, { do: 'create' }]
}

/**
 * A create that a look did not find, while only our wait says that the panel is through with it: it waited in the panel's queue,
 * or the clock of whoever sent it is behind. Its place is kept and asked for once more, whatever became of the node: then the panel's
 * unique external id decides, and no clock. Not for ever, where something in front of the panel answers for a node that is dead.
 */
const mayStillCome = ({ tries }: Want): boolean => tries.creates > 0 && tries.creates <= UNCLEAR_CREATES_MAX

/** Waiting after a failure: until then a wake-up for another reason changes nothing. Freed capacity and a retry clear it. */
const isHeldBack = (want: Want, now: Date): boolean =>
  want.failureCode !== null && want.failureCode !== 'fleet.no_capacity' && want.nextCheckAt !== null && want.nextCheckAt > now

/** It stands on the panel and is not delivered. */
function install(want: Want, seen: Seen, now: Date, settings: ServersSettings): Step[] {
  if (isHeldBack(want, now)) return []
  if (want.status === 'paid') return [{ do: 'resume' }]
  if (seen.what === 'unknown') return [{ do: 'look_up' }]
  if (seen.what === 'absent') return want.tries.recreated === 0 ? [{ do: 'start_over' }] : [{ do: 'give_up', failure: serverGone() }]
  // Another server under its external id: somebody deleted ours and made this one.
  if (seen.id !== want.serverId) return isFresh(seen, now) ? adoptOrAsk(want, seen) : [{ do: 'look_up' }]
  if (seen.status === null && !seen.suspended) return [{ do: 'deliver' }]
  if (seen.suspended) return [{ do: 'give_up', failure: suspendedByOthers() }]
  if (seen.status === 'install_failed' || seen.status === 'reinstall_failed') return mend(want, 'The installation failed.')
  if (seen.status !== 'installing' || !isStuck(want, now, settings)) return []
  return isFresh(seen, now) ? mend(want, 'The installation did not end in time.') : [{ do: 'look_up' }]
}

/** Nothing drastic is done on an older observation. */
const isFresh = (seen: SeenServer, now: Date): boolean => now.getTime() - seen.at.getTime() <= FRESH_MS

const isStuck = (want: Want, now: Date, settings: ServersSettings): boolean =>
  want.installingSince !== null && now.getTime() - want.installingSince.getTime() >= settings.installMsMax

/** Reinstall once; then delete and create anew once; then a person. */
function mend(want: Want, why: string): Step[] {
  if (want.tries.recreated > 0) return [{ do: 'give_up', failure: installFailed(why) }]
  return want.tries.reinstalls === 0 ? [{ do: 'reinstall' }] : [{ do: 'delete', aim: 'anew' }]
}

/** Delivered: only its suspension and its age concern us here. A server that is gone is never made again unasked. */
function keep(want: Want, seen: Seen, now: Date, settings: ServersSettings): Step[] {
  if (isHeldBack(want, now)) return []
  const steps: Step[] = []
  const stands = seen.what === 'server' && seen.id === want.serverId
  if (stands && want.suspendWanted && !seen.suspended) steps.push({ do: 'suspend' })
  // A suspension that staff set on the panel is not ours to lift.
  if (stands && !want.suspendWanted && seen.suspended && want.suspendedByUs) steps.push({ do: 'unsuspend' })
  if (seen.what === 'unknown' && want.suspendWanted) steps.push({ do: 'look_up' })
  if (want.resizeWanted) steps.push(...resize(want, seen, now))
  const delivered = want.deliveredAt?.getTime() ?? Number.POSITIVE_INFINITY
  if (want.status === 'provisioned' && now.getTime() - delivered >= settings.activeAfterMs) steps.push({ do: 'activate' })
  return steps
}

/** Its default port may have been changed since, and goes out with every change of limits: only on a fresh look. */
function resize(want: Want, seen: Seen, now: Date): Step[] {
  if (seen.what === 'unknown') return [{ do: 'look_up' }]
  // Gone, or another in its place: the sweep names it, and it is looked at again.
  if (seen.what === 'absent') return []
  if (!isFresh(seen, now)) return [{ do: 'look_up' }]
  if (seen.id !== want.serverId) return []
  return [{ do: hasLimits(want, seen) ? 'confirm_resize' : 'resize' }]
}

/** Canceled: suspended at once, deleted when that is decided, its room given back when the panel has it no more. */
function takeDown(want: Want, seen: Seen, now: Date): Step[] {
  if (isHeldBack(want, now)) return []
  // Never taken over, and not provably ours: not ours to stop, let alone to delete.
  if (seen.what === 'server' && seen.id !== want.serverId && differences(want, seen).length > 0)
    return isOld(seen, now) ? [{ do: 'look_up' }] : []
  if (want.serverId === null && seen.what !== 'server') return want.place === null ? [] : [{ do: 'release' }]
  if (want.place === null && seen.what !== 'server') return []
  if (seen.what === 'unknown') return [{ do: 'look_up' }]
  if (seen.what === 'absent') return [{ do: 'release' }]
  const steps: Step[] = seen.suspended ? [] : [{ do: 'suspend' }]
  const deletes = want.deleteWantedAt !== null && want.deleteWantedAt <= now
  if (deletes) return [{ do: 'delete', aim: 'release' }]
  // A person may delete it on the panel, and only asking tells.
  return steps.length === 0 && isOld(seen, now) ? [{ do: 'look_up' }] : steps
}

const isOld = (seen: SeenServer, now: Date): boolean => now.getTime() - seen.at.getTime() >= CANCELED_LOOK_MS
