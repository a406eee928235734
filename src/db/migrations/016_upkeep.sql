-- What the doctor and the backups remember.

-- Room billing. Signatures of webhooks that we refused, by minute; nobody is kept waiting for this.
create table webhook_refusals (
  minute timestamptz primary key,
  count int not null,
  -- of the last one
  last_at timestamptz not null,
  reason text not null
);
-- Secrets that a webhook was verified with, known by the beginning of their hash. An endpoint that the doctor made stands here
-- before its first event, with the endpoints that it is to replace.
create table webhook_secrets (
  fingerprint text primary key,
  verified_at timestamptz,
  endpoint_id text,
  replaces text[] not null default '{}',
  made_at timestamptz,
  -- the endpoints that it replaces were switched off
  settled_at timestamptz
);

-- Room operations. Backups that were finished, whether or not their files are still there.
create table backups (
  id uuid primary key default gen_random_uuid(),
  -- the instant that it shows
  taken_at timestamptz not null,
  finished_at timestamptz not null,
  file text not null,
  bytes bigint not null,
  row_count bigint not null,
  taken_by text not null
);
create index backups_newest on backups (taken_at desc);
-- When this database was made of a backup.
create table restorations (
  id bigint generated always as identity primary key,
  restored_at timestamptz not null,
  taken_at timestamptz not null,
  restored_by text not null
);
