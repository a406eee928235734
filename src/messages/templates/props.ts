/** What each mail must be told. Links to pages of the shop are made when it is sent, from the order's id. */
export interface Props {
  verify_email: { name: string; url: string }
  reset_password: { name: string; url: string }
  /** Somebody signed up with the address of an account that exists. */
  already_registered: { name: string }
  order_confirmed: { orderId: string; serverName: string; gameName: string; planName: string; amountCents: number; currency: string }
  /** `address` is what a player types in: `203.0.113.7:25565`. */
  server_ready: { orderId: string; serverName: string; address: string; panelUsername: string }
  /** What happened and what we do about it, in plain words. */
  trouble: { orderId: string; serverName: string; cause: string; next: string }
  refunded: { orderId: string; serverName: string; amountCents: number; currency: string; reason: string }
  /** Ended without money going back; `refunded` tells the others. */
  canceled: { orderId: string; serverName: string; deleteAt?: string | null }
  /** `refunded` says that the subscription is over too; this one does not. */
  part_refunded: { orderId: string; serverName: string; amountCents: number; currency: string; reason: string }
  ends_later: { orderId: string; serverName: string; endsAt: string | null }
  goes_on: { orderId: string; serverName: string }
  payment_failed: {
    orderId: string
    serverName: string
    amountCents: number | null
    currency: string
    payUrl: string | null
    suspendAt: string
  }
  stopped_unpaid: { orderId: string; serverName: string; payUrl: string | null }
  /** The last three are sent by staff, by hand. */
  panel_access: { orderId: string; serverName: string; panelUsername: string }
  order_update: { orderId: string; serverName: string; state: string; next: string }
  how_to_end: { orderId: string; serverName: string }
  capacity_wait: { orderId: string; serverName: string; regionName: string }
}
export type TemplateName = keyof Props

/** Where links in a mail lead. */
export interface Places {
  publicUrl: string
  panelUrl: string
  supportUrl: string
}
export interface Letter {
  subject: string
  text: string
  html: string
}
