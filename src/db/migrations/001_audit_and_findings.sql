-- Rooms audit, messages, findings: what everything else writes to.
create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor_kind text not null check (actor_kind in ('user', 'service', 'cli', 'system', 'sql')),
  actor_id text not null,
  did text not null,
  target_type text not null,
  target_id text not null,
  why text,
  details jsonb not null default '{}',
  request_id text
);
create index audit_log_target on audit_log (target_type, target_id, id desc);
create index audit_log_at on audit_log (at desc);

create table messages (
  id uuid primary key default gen_random_uuid(),
  user_id uuid,
  to_email text not null,
  template text not null,
  props jsonb not null default '{}',
  -- One message per business event: a second request for the same key is a no-op.
  dedupe_key text not null unique,
  status text not null default 'queued' check (status in ('queued', 'sent', 'failed')),
  attempts int not null default 0,
  next_attempt_at timestamptz not null,
  sent_at timestamptz,
  last_error text,
  created_at timestamptz not null
);
create index messages_due on messages (next_attempt_at) where status = 'queued';
create index messages_user on messages (user_id, created_at desc);

create table findings (
  id uuid primary key default gen_random_uuid(),
  kind text not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  subject_type text not null,
  subject_id text not null,
  summary text not null,
  remedy text not null,
  evidence jsonb not null default '{}',
  status text not null default 'open' check (status in ('open', 'resolved')),
  times_seen int not null default 1,
  opened_at timestamptz not null,
  last_seen_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by text,
  resolve_reason text
);
-- The same wrong thing is open once.
create unique index findings_open_once on findings (kind, subject_type, subject_id) where status = 'open';
create index findings_newest on findings (status, opened_at desc, id desc);
