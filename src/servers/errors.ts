import { Failure } from '../kit/failure.ts'

export const identityMismatch = (differences: string[]) =>
  new Failure({
    code: 'servers.identity_mismatch',
    kind: 'conflict',
    say: `A server with this order's external id stands on the panel and is not as ordered: ${differences.join('; ')}.`,
    next: 'Compare it with the order on the panel. If it is the customer’s, put it right there; if not, clear its external id. Then retry the order.',
    facts: { differences },
  })

export const noRecipe = (planId: string) =>
  new Failure({
    code: 'servers.no_recipe',
    kind: 'invalid',
    field: 'egg',
    say: `The plan ${planId} has no recipe any more, so there is nothing to install.`,
    next: 'Give the plan’s game a recipe in the catalogue, then retry the order.',
  })

export const installFailed = (why: string) =>
  new Failure({
    code: 'servers.install_failed',
    kind: 'conflict',
    say: `${why} It was reinstalled and created anew once, without success.`,
    next: 'Read the server’s installation log on its node (Wings), mend the egg or the node, then retry the order.',
  })

export const serverGone = () =>
  new Failure({
    code: 'servers.server_gone',
    kind: 'conflict',
    say: 'The server vanished from the panel while it was being installed, again.',
    next: 'Find out in the panel’s activity log who deleted it, then retry the order.',
  })

export const suspendedByOthers = () =>
  new Failure({
    code: 'servers.suspended_by_others',
    kind: 'conflict',
    say: 'The server was suspended on the panel before its installation was finished, and not by us.',
    next: 'Unsuspend and reinstall it on the panel, or find out who suspended it; then retry the order.',
  })

export const budgetSpent = (waitMs: number) =>
  new Failure({
    code: 'servers.budget_spent',
    kind: 'unavailable',
    say: 'The panel allows no more calls this minute.',
    next: 'It is tried again by itself as soon as the panel allows.',
    retryAfterMs: waitMs,
  })

/** Before anything was sent. */
export const calledOff = () =>
  new Failure({
    code: 'servers.called_off',
    kind: 'unavailable',
    say: 'The call was called off before it was sent: this process is stopping.',
    next: 'It goes on by itself.',
    retryAfterMs: 0,
  })

/** The panel said yes and has other limits than it was asked for. */
export const limitsNotTaken = (asked: object, shown: object) =>
  new Failure({
    code: 'servers.resize_refused',
    kind: 'invalid',
    field: 'limits',
    say: 'The panel took the change of limits and shows others than it was asked for.',
    next: 'Compare the plan with the server’s build on the panel; if the plan asks for more than the panel keeps, change the order to another plan.',
    facts: { asked, shown },
  })

/** A reconciler failed again and again, by a fault of ours. */
export const givenUp = () =>
  new Failure({
    code: 'servers.given_up',
    kind: 'bug',
    say: 'Working on the order failed again and again by a fault of this software.',
    next: 'Find the order’s id in the log, report the error there, and retry the order.',
  })

/** The decision was made on what somebody has changed since. */
export const outdated = (orderId: string) =>
  new Failure({
    code: 'servers.newer_state',
    kind: 'unavailable',
    say: 'The order was worked on at the same moment.',
    next: 'It is read again by itself.',
    facts: { orderId },
    retryAfterMs: 0,
  })

export const nothingToRepair = (next: string) =>
  new Failure({ code: 'servers.not_repairable', kind: 'conflict', say: 'This cannot be repaired from here now.', next })
