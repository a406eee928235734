-- Room orders. A checkout is no order: it holds capacity and gives the order its id.
create table checkouts (
  id uuid primary key,
  user_id uuid not null,
  plan_id text not null references plans (id),
  term text not null,
  region_id text not null references regions (id),
  server_name text not null,
  state text not null check (state in ('opening', 'open', 'paying', 'paid', 'expired')),
  amount_cents int not null,
  currency text not null,
  stripe_price_id text not null,
  stripe_session_id text unique,
  stripe_session_url text,
  -- part of Stripe's idempotency key; raised only after Stripe replays a stored 500 and has no session of ours
  key_version int not null default 1,
  session_expires_at timestamptz not null,
  terms_accepted_at timestamptz not null,
  eula_accepted_at timestamptz,
  client_ip text,
  -- when the billing reconciler looks at it again
  next_check_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index checkouts_user on checkouts (user_id, created_at desc);
create index checkouts_due on checkouts (next_check_at) where state in ('opening', 'open', 'paying');

create table orders (
  id uuid primary key,
  user_id uuid not null,
  plan_id text not null references plans (id),
  term text not null,
  region_id text not null references regions (id),
  server_name text not null,
  status text not null default 'paid' check (status in ('paid', 'provisioning', 'installing', 'provisioned', 'active', 'error', 'canceled')),
  node_id int references ptero_nodes (id),
  -- text, since the runbook compares it with ''
  pterodactyl_server_id text,
  pterodactyl_server_identifier text,
  amount_cents int not null,
  currency text not null,
  stripe_session_id text unique,
  stripe_subscription_id text unique,
  stripe_customer_id text,
  eula_accepted_at timestamptz,
  suspended_at timestamptz,
  suspended_reason text,
  -- {code, kind, cause, next, field, at}: why it waits or stands still
  failure jsonb,
  failure_count int not null default 0,
  -- when the servers reconciler looks at it again; null: nothing to do
  next_check_at timestamptz,
  refund_wanted text,
  delete_wanted_at timestamptz,
  first_running_at timestamptz,
  delivered_at timestamptz,
  canceled_at timestamptz,
  -- canceled: its subscription is over and what was to be refunded is on its way
  money_settled_at timestamptz,
  version int not null default 0,
  -- Stripe's instant of payment
  created_at timestamptz not null,
  recorded_at timestamptz not null,
  -- changes with status only, and not on provisioned -> active
  updated_at timestamptz not null
);
create index orders_newest on orders (created_at desc, id desc);
create index orders_user on orders (user_id, created_at desc);
create index orders_status on orders (status, created_at desc, id desc);
create index orders_due on orders (next_check_at) where next_check_at is not null;
create index orders_delivered on orders (delivered_at) where delivered_at is not null;
create index orders_node on orders (node_id);
create index orders_owing on orders (canceled_at desc) where status = 'canceled' and money_settled_at is null;
-- paid or failed, and no server: the runbook's first question
create index orders_unprovisioned on orders (created_at desc, id desc)
  where status in ('paid', 'error') and (pterodactyl_server_id is null or pterodactyl_server_id = '');
-- what is owed a server, oldest first
create index orders_undelivered on orders (created_at)
  where delivered_at is null and status in ('paid', 'provisioning', 'installing', 'error');
create index orders_server_name on orders (lower(server_name) text_pattern_ops);
create index checkouts_address on checkouts (client_ip) where state in ('opening', 'open', 'paying');

-- The timeline of a checkout and its order: state changes, calls to the panel and Stripe, notes.
create table order_events (
  id bigint generated always as identity primary key,
  order_id uuid not null,
  at timestamptz not null,
  kind text not null check (kind in ('state', 'call', 'note')),
  title text not null,
  details jsonb not null default '{}'
);
create index order_events_order on order_events (order_id, id);

-- The two halves of opening a checkout, each one round trip with plans cached by the session.
-- First: puts the openings of one customer in a line, so that limits hold for requests that race, and tells what is open
-- under a snapshot taken after the waiting.
create function orders_line_up(customer uuid, address text) returns table (of_customer jsonb, from_address int) language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(customer::text, 7291));
  return query select
    (select jsonb_agg(to_jsonb(c)) from checkouts c where c.user_id = customer and c.state in ('opening', 'open', 'paying')),
    (select count(*)::int from checkouts c where c.client_ip = address and c.state in ('opening', 'open', 'paying'));
end $$;
-- Second: the checkout and the first line of its timeline.
create function orders_add_checkout(new_row jsonb, title text, details jsonb) returns void language plpgsql as $$
declare
  made checkouts := jsonb_populate_record(null::checkouts, new_row);
begin
  insert into checkouts select made.*;
  insert into order_events (order_id, at, kind, title, details) values (made.id, made.created_at, 'note', title, details);
end $$;

-- A status changed by hand in SQL: our own sessions mark themselves, everybody else is noticed.
-- It never raises, so that the runbook's UPDATE always succeeds; the reconcilers follow up.
create function orders_notice_change_by_hand() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('givrwrld.session', true), '') <> 'app' and new.status is distinct from old.status then
    new.updated_at := now();
    new.next_check_at := now();
    new.version := old.version + 1;
    -- Changed again before anybody followed up: what was true before the first change is what counts, but an end stays said.
    new.changed_by_hand := jsonb_build_object(
      'from', case when old.status = 'canceled' then old.status else coalesce(old.changed_by_hand->>'from', old.status) end, 'to', new.status, 'at', now(),
      'by', session_user, 'application', current_setting('application_name', true), 'address', host(inet_client_addr()));
    insert into audit_log (actor_kind, actor_id, did, target_type, target_id, details)
    values ('sql', session_user, 'orders.status_changed_by_hand', 'order', new.id::text, new.changed_by_hand);
    insert into order_events (order_id, at, kind, title, details)
    values (new.id, now(), 'state', 'Status changed by hand in SQL', new.changed_by_hand);
  end if;
  return new;
end $$;
-- what was changed by hand and not followed up yet; the orders room clears it
alter table orders add column changed_by_hand jsonb;
create trigger orders_notice_change_by_hand before update on orders for each row execute function orders_notice_change_by_hand();

create function orders_refuse_delete() returns trigger language plpgsql as $$
begin
  raise exception 'orders are never deleted: set status = ''canceled'' instead' using errcode = 'restrict_violation';
end $$;
create trigger orders_refuse_delete before delete on orders for each row execute function orders_refuse_delete();
