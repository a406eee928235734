import type { Kind } from './kind.ts'

const SYNC = { sync: 'Reads nodes, allocations and servers from the panel now, and says what still stands there.' }

/** Kinds of findings about what the shop stands on: accounts, catalogue, fleet, mails, our own work. */
export const OTHER_KINDS = {
  'accounts.panel_identity_conflict': {
    severity: 'warning',
    means: 'The panel has a user with the customer’s address that we may not use: an administrator’s, or one with another external id.',
    itself: 'The order stands in `error`. Closed when the customer has an account.',
    person: 'On the panel: set that user’s external id to the customer’s, or change its address; then retry.',
    ways: { retry: 'Asks the panel for the account again, and tries the customer’s orders that wait for it.' },
  },
  'accounts.panel_user_gone': {
    severity: 'info',
    means: 'Somebody deleted the customer’s user on the panel.',
    itself: 'It is forgotten, and made anew with the next order; closed at once.',
    person: '',
  },
  'catalog.recipe_refused': {
    severity: 'critical',
    means: 'A recipe does not fit its egg on the panel, so its plans are not sold.',
    itself: 'Checked again with every sync of the eggs; closed when it fits.',
    person: 'Correct the recipe in the catalogue file and import it, or the egg on the panel.',
    ways: { sync: 'Reads the eggs from the panel now and checks all recipes.' },
  },
  'fleet.node_gone': {
    severity: 'warning',
    means: 'The panel no longer has a node.',
    itself: 'Nothing new is placed there, undelivered orders move off it. Closed when it is back, or nothing of ours is booked there.',
    person: 'See to the delivered orders that stood on it: each has a finding of its own.',
    ways: SYNC,
  },
  'fleet.region_without_location': {
    severity: 'critical',
    means: 'A region is sold whose location the panel does not have.',
    itself: 'Nothing can be placed there. Closed when the location is there.',
    person: 'Correct `locationId` in the catalogue file and import it.',
    ways: SYNC,
  },
  'messages.not_sent': {
    severity: 'warning',
    means: 'A mail was given up: refused for good, or after all its tries.',
    itself: 'Nothing more.',
    person: 'Check the address with the customer and SMTP_URL with the doctor; send it again, or tell the customer another way.',
    ways: { resend: 'Puts it into the outbox again. Not for a mail with a link, which is not kept.' },
  },
  'operations.work_set_aside': {
    severity: 'critical',
    means: 'Work on one key of a queue failed again and again by a fault of this software.',
    itself: 'Set aside: tried again every ten minutes at most, the other keys pass it by. Closed when it goes through.',
    person: 'Find the key in the log and report the error there; then retry.',
    ways: { retry: 'Wakes it now.' },
  },
} as const satisfies Record<string, Kind>
