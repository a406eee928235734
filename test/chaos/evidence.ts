import type pg from 'pg'

/** A broken promise: whose, and what is to be seen of it. */
export interface Violation {
  /** Order, checkout, node or session. */
  id: string
  what: string
}
export interface Finding {
  promise: string
  /** How many were looked at. */
  checked: number
  violations: Violation[]
}
export const found = (promise: string, checked: number, violations: Violation[]): Finding => ({ promise, checked, violations })

export interface PanelState {
  servers: {
    id: number
    external_id: string | null
    status: string | null
    owner: number
    node: number
    egg: number
    allocation: number
    allocations: { id: number; ip: string; port: number }[]
    limits: Record<'memory' | 'swap' | 'disk' | 'io' | 'cpu', number>
    environment: Record<string, string>
  }[]
  users: { id: number; external_id: string | null; email: string }[]
  nodes: { id: number; name: string; memory: number; disk: number }[]
}
export interface StripeState {
  sessions: {
    id: string
    status: string
    payment_status: string
    client_reference_id: string | null
    subscription: string | null
    customer_details?: { email: string | null } | null
  }[]
  subscriptions: { id: string; status: string; items: { data: { price: { id: string } }[] } }[]
  invoices: { id: string; amount_paid: number; parent: { subscription_details?: { subscription: string } | null } | null }[]
  invoicePayments: { invoice: string; payment: { payment_intent?: string } }[]
  refunds: { payment_intent: string | null; amount: number; status: string }[]
  events: { id: string; deliveries: { state: string }[] }[]
}
export interface OrderRow {
  id: string
  email: string
  plan_id: string
  status: string
  node_id: number | null
  refund_wanted: string | null
  delivered_at: Date | null
  failure: { code: string } | null
  money_settled_at: Date | null
  stripe_session_id: string | null
  stripe_subscription_id: string | null
  pterodactyl_server_id: string | null
  panel_user: number | null
  created_at: Date
}

/** Three accounts of the same story: ours, the panel's and Stripe's. */
export interface Evidence {
  sql: pg.Pool
  orders: OrderRow[]
  panel: PanelState
  stripe: StripeState
}

export async function gather(stage: { sql: pg.Pool; panelUrl: string; stripeUrl: string }): Promise<Evidence> {
  const read = async <T>(url: string): Promise<T> => (await fetch(url)).json() as Promise<T>
  const [panel, stripe, orders] = await Promise.all([
    read<PanelState>(`${stage.panelUrl}/sandbox/state.json`),
    read<StripeState>(`${stage.stripeUrl}/sandbox/state.json`),
    stage.sql.query<OrderRow>(
      `select o.*, u.email, e.pterodactyl_user_id as panel_user from orders o
       join auth."user" u on u.id = o.user_id left join external_accounts e on e.user_id = o.user_id order by o.created_at`,
    ),
  ])
  return { sql: stage.sql, orders: orders.rows, panel, stripe }
}

/** The timeline of an order or checkout, one line for each entry. */
export async function timeline(sql: pg.Pool, id: string): Promise<string[]> {
  if (!/^[0-9a-f-]{36}$/.test(id)) return []
  const { rows } = await sql.query('select at, kind, title, details from order_events where order_id = $1 order by id', [id])
  return rows.map((row) => `${row.at.toISOString().slice(11, 23)} ${row.kind} ${row.title} ${JSON.stringify(row.details).slice(0, 240)}`)
}
