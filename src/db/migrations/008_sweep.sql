-- The sweeps: what they corrected, how far they are, and what their brake counts.

-- Room findings. How often a sweep had to do what a hint should have done; never reset.
create table resync_corrections (
  cause text primary key,
  count bigint not null default 0,
  last_at timestamptz not null
);

-- Room billing. One row: who sweeps at this moment, and up to which instant Stripe's lists were read.
create table stripe_sweep (
  id int primary key default 1 check (id = 1),
  holder uuid,
  lease_until timestamptz,
  cursor_at timestamptz,
  finished_at timestamptz
);
insert into stripe_sweep default values;
-- who brought the event: Stripe itself, or our look at its list
alter table stripe_events add column brought_by text not null default 'webhook' check (brought_by in ('webhook', 'sweep'));

-- Room servers. One row: who sweeps at this moment, what the last sweep found, until when a person lets it go beyond its brake.
create table panel_sweep (
  id int primary key default 1 check (id = 1),
  holder uuid,
  lease_until timestamptz,
  agreed_until timestamptz,
  accounts_after uuid,
  started_at timestamptz,
  finished_at timestamptz,
  result jsonb
);
insert into panel_sweep default values;
-- Suspensions and deletions that the sweep has asked for: the brake counts those of the last hour.
create table sweep_acts (
  id bigint generated always as identity primary key,
  order_id uuid not null,
  act text not null check (act in ('suspend', 'delete')),
  at timestamptz not null
);
create index sweep_acts_at on sweep_acts (at);

-- The sweep reads the panel in the order of its server ids, and our orders beside it.
create index orders_panel_server on orders ((pterodactyl_server_id::int))
  where pterodactyl_server_id ~ '^[0-9]{1,9}$' and delivered_at is not null and status in ('provisioned', 'active');
create index reservations_age on reservations (created_at);
