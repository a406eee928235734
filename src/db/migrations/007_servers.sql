-- Room servers. One row per order: what the reconciler intends and what it knows.
create table server_states (
  order_id uuid primary key references orders (id),
  version int not null default 0,
  -- the call in flight or of unknown result: {step, started_at, ...}; committed before the call
  attempt jsonb,
  create_tries int not null default 0,
  port_tries int not null default 0,
  reinstalls int not null default 0,
  recreated int not null default 0,
  -- when the present installation began; null: the panel has no server of this order
  created_on_panel_at timestamptz,
  installed_at timestamptz,
  -- when the watch looks at the installation next; null: it is not watched
  watched_from timestamptz,
  -- a suspension that somebody else set on the panel is not ours to lift
  suspended_by_us boolean not null default false
);
create index server_states_watched on server_states (watched_from) where watched_from is not null;

-- What the panel last said about a server of ours; key = external_id = order id.
create table servers_seen (
  order_id uuid primary key,
  panel_server_id int not null,
  identifier text not null,
  uuid uuid not null,
  status text,
  suspended boolean not null,
  name text not null,
  owner_id int not null,
  node_id int not null,
  egg_id int not null,
  limits jsonb not null,
  allocation_id int not null,
  allocations jsonb not null,
  seen_at timestamptz not null
);

-- The panel's rate limit, shared by every process. One row per panel user of ours.
create table panel_budget (
  id text primary key,
  limit_per_minute int not null,
  remaining int not null,
  -- calls of this window that sweep and sync have made
  sync_used int not null default 0,
  window_ends_at timestamptz not null,
  blocked_until timestamptz,
  updated_at timestamptz not null
);
