-- Ending an order with choices, money going back in parts, payments that fail, and what staff note of a customer.

-- Room orders. How its end was asked for: {at_period_end, server, days, reason, by, asked_at, set_at}; null: it was not.
-- `at_period_end` is what the subscription shall say, `set_at` when Stripe was seen to say it.
alter table orders add column ending jsonb;
create index orders_to_end on orders (id) where ending ->> 'asked_at' is not null and ending ->> 'set_at' is null and status <> 'canceled';

-- Room billing. Money that somebody decided to give back: the n-th time for this order. The same `ask_key` is the same wish.
create table refund_wishes (
  order_id uuid not null references orders (id),
  n int not null,
  kind text not null check (kind in ('full', 'part')),
  cents int not null check (cents > 0),
  currency text not null,
  refunded_cents int not null default 0,
  ask_key text not null,
  -- refused: Stripe has less left than was wished
  state text not null default 'wanted' check (state in ('wanted', 'done', 'refused')),
  reason text not null,
  asked_by text not null,
  asked_at timestamptz not null,
  settled_at timestamptz,
  primary key (order_id, n),
  unique (order_id, ask_key)
);
create index refund_wishes_wanted on refund_wishes (asked_at) where state = 'wanted';

-- Room billing. A renewal that was not paid, one for each order: from when, who was told, what followed.
create table unpaid_renewals (
  order_id uuid primary key references orders (id),
  since timestamptz not null,
  told_at timestamptz,
  suspended_at timestamptz,
  settled_at timestamptz
);
create index unpaid_renewals_open on unpaid_renewals (since) where settled_at is null;

-- Room customers. What staff write down for each other; never changed, never shown to the customer.
create table customer_notes (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth."user" (id),
  body text not null,
  by_kind text not null,
  by_id text not null,
  at timestamptz not null
);
create index customer_notes_user on customer_notes (user_id, at desc, id desc);
