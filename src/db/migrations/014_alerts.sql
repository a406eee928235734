-- Room health: what is measured, what is wrong, who is told.

-- Whose turn it is: any number of processes ask, one gets it until its time is over. PostgreSQL's own clock.
create table health_turns (
  name text primary key,
  holder uuid not null,
  taken_at timestamptz not null
);

-- Processes of the product and when each was last heard of: PostgreSQL's own instants, so that a process whose clock is
-- wrong is seen rightly, and seen to be wrong.
create table heartbeats (
  process_id uuid primary key,
  role text not null check (role in ('all', 'web', 'worker')),
  host text not null,
  pid int not null,
  started_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  -- it said that it ends
  stopped_at timestamptz,
  -- how far its clock is ahead of PostgreSQL's, as far as that is certain
  clock_offset_ms int not null
);
create index heartbeats_seen on heartbeats (last_seen_at);

-- Timed tasks, over all processes. One that no process has is not expected to run.
create table ticker_runs (
  name text primary key,
  every_ms int not null,
  first_at timestamptz not null default now(),
  -- a process that has this task was there
  heard_at timestamptz not null,
  last_ok_at timestamptz,
  last_error text,
  last_error_at timestamptz
);

-- Answers by minute: what we gave (functions, API), and what the panel gave to creates.
create table answer_counts (
  minute timestamptz not null,
  route text not null,
  status_class text not null check (status_class in ('2xx', '3xx', '4xx', '5xx')),
  count bigint not null,
  primary key (minute, route, status_class)
);

-- What waits, looked at once a minute.
create table health_minutes (
  minute timestamptz primary key,
  waiting int not null,
  oldest_waiting_seconds int not null,
  -- oldest order that waits its turn
  queue_seconds int not null,
  in_error int not null,
  inbox_waiting int not null,
  inbox_oldest_seconds int not null,
  budget_limit int not null,
  budget_used int not null
);

-- Orders by the hour in which they were paid, and what became of them: charts and the SLO read these, never all orders.
create table provisioning_hours (
  hour timestamptz primary key,
  paid int not null,
  -- delivered within the SLO's minutes; and not, though these are over
  in_time int not null,
  late int not null,
  delivered int not null,
  -- in error, or canceled without a server
  failed int not null,
  waiting int not null,
  p50_seconds float8,
  p95_seconds float8,
  seconds_sum float8 not null,
  -- delivered orders by how long they took; the bounds stand in the room's rules
  buckets int[] not null,
  computed_at timestamptz not null
);
create index provisioning_hours_open on provisioning_hours (hour) where waiting > 0;

-- Stripe as we meet it, and what it says of its deliveries to us. One row.
create table stripe_health (
  id int primary key default 1 check (id = 1),
  refused_since timestamptz,
  unreachable_since timestamptz,
  answered_at timestamptz,
  asked_at timestamptz,
  ask_error text,
  endpoint text not null default 'unknown' check (endpoint in ('unknown', 'enabled', 'disabled', 'missing')),
  endpoint_url text,
  -- events that Stripe could not deliver to us, the oldest of them, and some of their names
  undelivered int not null default 0,
  undelivered_since timestamptz,
  undelivered_types text[] not null default '{}'
);
insert into stripe_health default values;

-- Rules as data; the code brings new ones with their defaults and knows how each is measured.
create table alert_rules (
  id text primary key,
  title text not null,
  severity text not null check (severity in ('critical', 'warning')),
  threshold float8 not null check (threshold >= 0),
  unit text not null,
  -- for how long it must be so before the alert fires
  for_seconds int not null check (for_seconds between 0 and 86400),
  enabled boolean not null default true,
  made_at timestamptz not null,
  changed_at timestamptz,
  changed_by text
);
-- Told to nobody until then. Subject '': whatever the rule finds.
create table alert_silences (
  rule_id text not null references alert_rules (id) on delete cascade,
  subject text not null default '',
  until timestamptz not null,
  by text not null,
  reason text not null,
  made_at timestamptz not null,
  primary key (rule_id, subject)
);

create table alerts (
  id uuid primary key default gen_random_uuid(),
  rule_id text not null references alert_rules (id) on delete cascade,
  subject text not null,
  severity text not null check (severity in ('critical', 'warning')),
  title text not null,
  summary text not null,
  remedy text not null,
  value float8 not null,
  threshold float8 not null,
  unit text not null,
  evidence jsonb not null default '{}',
  -- first seen over the threshold; fires after the rule's time
  since timestamptz not null,
  fired_at timestamptz,
  last_seen_at timestamptz not null,
  -- below the threshold since then; resolved after a while
  calm_since timestamptz,
  resolved_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  acknowledge_note text,
  -- the channels were told
  announced_at timestamptz
);
create unique index alerts_open_once on alerts (rule_id, subject) where resolved_at is null;
create index alerts_newest on alerts (fired_at desc, id desc) where fired_at is not null;

create table alert_channels (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('discord', 'slack', 'email', 'webhook')),
  name text not null,
  -- {url}, {url, secret} or {to}; addresses and secrets are never told again
  config jsonb not null,
  enabled boolean not null default true,
  -- what it takes
  alerts boolean not null default true,
  digest boolean not null default true,
  made_at timestamptz not null,
  changed_at timestamptz not null
);
create unique index alert_channels_name on alert_channels (lower(name));

-- The outbox. One row for each thing told to each channel: `key` names the thing, so nothing is queued twice.
create table alert_deliveries (
  id uuid primary key default gen_random_uuid(),
  channel_id uuid not null references alert_channels (id) on delete cascade,
  key text not null,
  kind text not null check (kind in ('fired', 'resolved', 'digest', 'test')),
  alert_id uuid references alerts (id) on delete cascade,
  notice jsonb not null,
  status text not null default 'queued' check (status in ('queued', 'sent', 'failed')),
  attempts int not null default 0,
  next_attempt_at timestamptz not null,
  last_error text,
  last_error_at timestamptz,
  queued_at timestamptz not null,
  sent_at timestamptz,
  unique (channel_id, key)
);
create index alert_deliveries_due on alert_deliveries (next_attempt_at) where status = 'queued';
create index alert_deliveries_newest on alert_deliveries (queued_at desc, id desc);
create index alert_deliveries_alert on alert_deliveries (alert_id) where alert_id is not null;

-- The daily summary, kept as it was sent.
create table digests (
  day date primary key,
  lines jsonb not null,
  made_at timestamptz not null
);

-- Messages to customers that were given up, for the summary.
create index messages_failed on messages (created_at) where status = 'failed';
