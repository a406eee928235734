-- Room accounts: API keys, the second factor, failed sign-ins. Room audit: keys act too, and the log is read by actor and deed.
alter table audit_log drop constraint audit_log_actor_kind_check;
alter table audit_log add constraint audit_log_actor_kind_check
  check (actor_kind in ('user', 'service', 'key', 'cli', 'system', 'sql'));
create index audit_log_actor on audit_log (actor_id, at);
create index audit_log_did on audit_log (did, at);
create index audit_log_target_id on audit_log (target_id, at);

-- A key reads gw_live_<public_id>_<secret>; the whole of it is hashed, and nothing here leads back to it.
create table api_keys (
  id uuid primary key,
  name text not null,
  public_id text not null unique,
  hash text not null unique,
  scopes text[] not null check (scopes <@ array['read', 'operate', 'admin', 'metrics'] and cardinality(scopes) > 0),
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- written at most once a minute
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_newest on api_keys (created_at desc);

-- better-auth's second factor; secret and backup codes are encrypted with AUTH_SECRET.
alter table auth."user" add column "twoFactorEnabled" boolean not null default false;
-- When this session proved the second factor; null: it has not.
alter table auth.session add column "secondFactorAt" timestamptz;
create table auth."twoFactor" (
  id uuid primary key default gen_random_uuid(),
  secret text not null,
  "backupCodes" text not null,
  "userId" uuid not null unique references auth."user" (id) on delete cascade,
  verified boolean not null default true,
  "failedVerificationCount" int not null default 0,
  "lockedUntil" timestamptz
);
create index user_staff on auth."user" (role) where role <> 'customer';

-- Wrong passwords by account, whether or not it exists: the e-mail is kept as a hash, since it may be anything that was typed.
create table failed_sign_ins (
  account_hash text primary key,
  failures int not null,
  window_ends_at timestamptz not null
);
create index failed_sign_ins_over on failed_sign_ins (window_ends_at);
