import { type Kind, RETRY_OR_REFUND } from './kind.ts'

const STOPPED = 'The order stands in `error`, its place stays held; it is refunded when its time is up. Closed on delivery.'
const MEND_AND_RETRY = 'Mend what the finding names, then retry; or refund.'
const PUT_BACK = 'Put right by the sweep that found it, and closed.'
const AGREE = { agree: 'Lets sweeps name and do everything for an hour, whatever its number.' }

/** Kinds of findings about servers on the panel. */
export const SERVER_KINDS = {
  'servers.allocation_gone': {
    severity: 'critical',
    means: 'The panel no longer has a port that an order was sold with.',
    itself: 'Closed when it is back, or the books follow the server.',
    person: 'Make the allocation again; or give the server another port on the panel, then follow, and tell the customer.',
    ways: { follow: 'Books the ports that the server has now instead.' },
  },
  'servers.canceled_stands': {
    severity: 'warning',
    means: 'The server of a canceled order runs, or stands though it was to be deleted.',
    itself: 'Suspended or deleted by the sweep, within its brake.',
    person: '',
    ways: { act: 'Suspends it, or deletes it where that was asked for.' },
  },
  'servers.extra_ports': {
    severity: 'info',
    means: 'A server has ports that were not sold with it.',
    itself: 'Left alone. Once resolved by a person it is not asked about again while nothing changes.',
    person: 'Resolve if they were given on purpose; else remove them on the panel.',
  },
  'servers.field_refused': {
    severity: 'critical',
    means: 'The panel refuses a field of the order.',
    itself: STOPPED,
    person: MEND_AND_RETRY,
    ways: RETRY_OR_REFUND,
  },
  'servers.given_up': {
    severity: 'critical',
    means: 'Work on an order failed again and again by a fault of this software.',
    itself: `Set aside. ${STOPPED}`,
    person: 'Find the order’s id in the log, report the error there, and retry.',
    ways: RETRY_OR_REFUND,
  },
  'servers.hold_leaked': {
    severity: 'warning',
    means: 'Room and ports are booked for nobody: no checkout that may be paid, no order that wants them.',
    itself:
      'Freed by the sweep where Stripe said that the checkout is over, or the order is canceled, and the panel has no server of it; else asked.',
    person: 'Find out whose it is.',
    ways: { release: 'Frees it, if the panel has no server of it and no paid session of it waits to be settled.' },
  },
  'servers.identity_mismatch': {
    severity: 'critical',
    means: 'A server with the order’s external id stands on the panel and is not as ordered.',
    itself: STOPPED,
    person:
      'Put it right on the panel, or clear its external id if it is not the customer’s; then retry. If only its place differs: follow.',
    ways: {
      ...RETRY_OR_REFUND,
      follow: 'Where owner, egg and limits are as ordered: books node and ports where it stands, and takes it over.',
    },
  },
  'servers.install_doubtful': {
    severity: 'warning',
    means: 'An installation ended together with all others of its node, as when the daemon restarts: it may not be installed.',
    itself: 'Closed when the server is seen running (with a client key). Never reinstalled on suspicion.',
    person: 'Start it; if it does not run, reinstall; if it runs, resolve.',
    ways: { reinstall: 'Reinstalls the server: files that its installation writes are written anew.' },
  },
  'servers.install_failed': {
    severity: 'critical',
    means: 'The installation failed again after a reinstallation and a new server.',
    itself: STOPPED,
    person: MEND_AND_RETRY,
    ways: RETRY_OR_REFUND,
  },
  'servers.mass_missing': {
    severity: 'critical',
    means: 'More servers are missing at once than the brake lets pass.',
    itself: 'Nothing is mended, suspended or deleted anywhere.',
    person: 'Was the panel emptied, restored, or is it another panel? Then agree.',
    ways: AGREE,
  },
  'servers.missing': {
    severity: 'critical',
    means: 'The delivered server of an order is gone from the panel.',
    itself: 'Never made again unasked. Closed when it is seen again.',
    person: 'Find out who deleted it. Make it anew, or end the order.',
    ways: {
      recreate: 'Makes it anew, empty, in its old place; or takes over what stands there.',
      refund: 'Ends the order and gives every payment back.',
    },
  },
  'servers.moved': {
    severity: 'warning',
    means: 'A server stands on another node than its room is booked on.',
    itself: 'Left alone. Once resolved by a person it is not asked about again while nothing changes.',
    person: 'Was it transferred on purpose? Follow it; else transfer it back.',
    ways: { follow: 'Books its room and ports on the node where it stands, and frees the old ones.' },
  },
  'servers.no_recipe': {
    severity: 'critical',
    means: 'The plan of a paid order has no recipe any more.',
    itself: STOPPED,
    person: MEND_AND_RETRY,
    ways: RETRY_OR_REFUND,
  },
  'servers.no_room': {
    severity: 'critical',
    means: 'A paid order waits for room.',
    itself: 'Goes on when room comes free; refunded when its time is up.',
    person: 'Enable or add a node, or add allocations.',
    ways: RETRY_OR_REFUND,
  },
  'servers.not_suspended': {
    severity: 'warning',
    means: 'A server runs, and its order is suspended.',
    itself: 'Suspended again by the sweep, within its brake.',
    person: '',
    ways: { act: 'Suspends it now.' },
  },
  'servers.order_forgotten': {
    severity: 'info',
    means: 'A paid order waited for nothing: a wake-up was lost.',
    itself: 'Woken, and closed at once.',
    person: '',
  },
  'servers.panel_address': {
    severity: 'critical',
    means: 'The panel does not have the address that we call.',
    itself: STOPPED,
    person: 'Check PANEL_URL, then retry; or refund.',
    ways: RETRY_OR_REFUND,
  },
  'servers.panel_key_refused': {
    severity: 'critical',
    means: 'The panel refuses our application key.',
    itself: 'Nothing is sold or made; asked again every minute, and all goes on by itself.',
    person: 'Make a new key on the panel and set PTERO_APP_KEY.',
    ways: { check: 'Asks the panel now whether it takes the key.' },
  },
  'servers.panel_refused': {
    severity: 'critical',
    means: 'The panel gave an answer that is not known to us.',
    itself: STOPPED,
    person: MEND_AND_RETRY,
    ways: RETRY_OR_REFUND,
  },
  'servers.ports_lost': {
    severity: 'critical',
    means: 'A server lacks a port that it was sold with.',
    itself: 'Given back by the sweep where it is still free on the panel.',
    person: 'Else give it another port on the panel, then follow, and tell the customer.',
    ways: { restore: 'Gives it back those that are free.', follow: 'Books the ports that the server has now instead.' },
  },
  'servers.reinstall_needed': {
    severity: 'critical',
    means: 'The last installation of a delivered server failed: it does not run.',
    itself: 'Asked; closed when it is fine.',
    person: 'Read its installation log on the node.',
    ways: { reinstall: 'Reinstalls the server: files that its installation writes are written anew.' },
  },
  'servers.server_gone': {
    severity: 'critical',
    means: 'A server vanished while it was installed, twice.',
    itself: STOPPED,
    person: MEND_AND_RETRY,
    ways: RETRY_OR_REFUND,
  },
  'servers.server_of_checkout': {
    severity: 'warning',
    means: 'A server stands for a checkout that was never paid, as far as we know.',
    itself: 'Left alone. Closed when the order is there, or the server gone.',
    person: 'Wait while the checkout may be paid; delete it when that is over.',
    ways: { delete: 'Deletes the server, if Stripe, asked just now, says that the checkout is over and unpaid.' },
  },
  'servers.stopped': {
    severity: 'critical',
    means: 'An order cannot go on, for a reason in its evidence.',
    itself: STOPPED,
    person: MEND_AND_RETRY,
    ways: RETRY_OR_REFUND,
  },
  'servers.suspended_by_others': {
    severity: 'critical',
    means: 'Somebody suspended a server before it was installed.',
    itself: STOPPED,
    person: 'Unsuspend and reinstall it on the panel, then retry; or refund.',
    ways: RETRY_OR_REFUND,
  },
  'servers.suspended_on_panel': {
    severity: 'critical',
    means: 'A server is suspended on the panel, and its order is paid and not suspended.',
    itself: 'Lifted where the suspension was ours; else asked. Closed when it runs.',
    person: 'Find out who suspended it, and why.',
    ways: { unsuspend: 'Lets it run again.' },
  },
  'servers.sweep_brake': {
    severity: 'critical',
    means: 'The sweep would suspend or delete more servers than the brake lets pass: 10 an hour, or 5 % of the fleet.',
    itself: 'None was touched.',
    person: 'Look at the findings of these orders, then agree.',
    ways: AGREE,
  },
  'servers.unrecorded': {
    severity: 'info',
    means: 'A server of an order stands on the panel, and the order did not know.',
    itself: 'Compared, and taken over where it is as ordered.',
    person: '',
  },
  'servers.resize_refused': {
    severity: 'critical',
    means: 'The panel does not take the limits of an order’s new plan.',
    itself:
      'The server runs on as it is, room for the larger of both plans stays held, the price stays. Tried again every five minutes; closed when the panel has them.',
    person: 'Change the order to another plan, or back to the one it had; or put right what the panel limits.',
  },
  'servers.wrong_limits': {
    severity: 'warning',
    means: 'A server has other limits than its plan.',
    itself: PUT_BACK,
    person: '',
    ways: { restore: 'Sets the plan’s limits.' },
  },
  'servers.wrong_owner': {
    severity: 'critical',
    means: 'A server belongs to another panel user than its buyer.',
    itself: PUT_BACK,
    person: '',
    ways: { restore: 'Gives it back to its buyer.' },
  },
} as const satisfies Record<string, Kind>
