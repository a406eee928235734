import { alreadyRegistered, resetPassword, verifyEmail } from './account.ts'
import { endsHow, orderUpdate, panelAccess } from './by-hand.ts'
import { endsLater, goesOn, partRefunded, paymentFailed, stoppedUnpaid } from './money.ts'
import { canceled, capacityWait, orderConfirmed, refunded, serverReady, trouble } from './order.ts'
import type { Letter, Places, Props, TemplateName } from './props.ts'

export const TEMPLATES: { [Name in TemplateName]: (props: Props[Name], places: Places) => Letter } = {
  verify_email: verifyEmail,
  reset_password: resetPassword,
  already_registered: alreadyRegistered,
  order_confirmed: orderConfirmed,
  server_ready: serverReady,
  trouble,
  refunded,
  canceled,
  capacity_wait: capacityWait,
  part_refunded: partRefunded,
  ends_later: endsLater,
  goes_on: goesOn,
  payment_failed: paymentFailed,
  stopped_unpaid: stoppedUnpaid,
  panel_access: panelAccess,
  order_update: orderUpdate,
  how_to_end: endsHow,
}
