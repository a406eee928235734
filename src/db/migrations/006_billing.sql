-- Room billing. The inbox is the queue: unprocessed rows are drained in batches.
create table stripe_events (
  id text primary key,
  type text not null,
  api_version text,
  created_at timestamptz not null,
  received_at timestamptz not null,
  payload jsonb not null,
  processed_at timestamptz,
  attempts int not null default 0,
  next_attempt_at timestamptz not null,
  last_error text
);
create index stripe_events_due on stripe_events (next_attempt_at) where processed_at is null;
create index stripe_events_newest on stripe_events (received_at desc);

create table subscriptions (
  id text primary key,
  order_id uuid not null,
  customer_id text not null,
  status text not null,
  cancel_at_period_end boolean not null default false,
  current_period_end timestamptz,
  ended_at timestamptz,
  synced_at timestamptz not null
);
create index subscriptions_order on subscriptions (order_id);

-- Money that came in for an order: one row per payment intent.
create table payments (
  id text primary key,
  order_id uuid not null,
  invoice_id text,
  amount_cents int not null,
  refunded_cents int not null default 0,
  currency text not null,
  paid_at timestamptz not null,
  synced_at timestamptz not null
);
create index payments_order on payments (order_id);

create table refunds (
  id text primary key,
  order_id uuid not null,
  payment_id text not null,
  amount_cents int not null,
  status text not null,
  reason text,
  created_at timestamptz not null,
  synced_at timestamptz not null
);
create index refunds_order on refunds (order_id);
