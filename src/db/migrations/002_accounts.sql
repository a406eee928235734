-- Room accounts. Schema auth belongs to better-auth (its core tables and column names); the rest is ours.
create schema auth;
create table auth."user" (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  email text not null unique,
  "emailVerified" boolean not null default false,
  image text,
  role text not null default 'customer' check (role in ('customer', 'support', 'operator', 'admin')),
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create unique index user_email_lower on auth."user" (lower(email));
create table auth.session (
  id uuid primary key default gen_random_uuid(),
  "expiresAt" timestamptz not null,
  token text not null unique,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now(),
  "ipAddress" text,
  "userAgent" text,
  "userId" uuid not null references auth."user" (id) on delete cascade
);
create index session_user_id on auth.session ("userId");
create table auth.account (
  id uuid primary key default gen_random_uuid(),
  "accountId" text not null,
  "providerId" text not null,
  "userId" uuid not null references auth."user" (id) on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope text,
  password text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index account_user_id on auth.account ("userId");
create table auth.verification (
  id uuid primary key default gen_random_uuid(),
  identifier text not null,
  value text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index verification_identifier on auth.verification (identifier);
create table auth."rateLimit" (
  id uuid primary key default gen_random_uuid(),
  key text not null unique,
  count int not null,
  "lastRequest" bigint not null
);

create table external_accounts (
  user_id uuid primary key references auth."user" (id),
  pterodactyl_user_id int not null unique,
  panel_username text not null,
  panel_email text not null,
  -- it stood on the panel before us: its password is its owner's and never reset by its customer
  adopted boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- The panel deadlocks on parallel POST /users: whoever creates a panel user holds this row until `expires_at`.
create table panel_user_lease (
  id int primary key default 1 check (id = 1),
  holder uuid,
  expires_at timestamptz
);
insert into panel_user_lease default values;

-- A POST /users that was sent and whose result is not known yet; written before the call.
create table panel_user_attempts (
  user_id uuid primary key references auth."user" (id),
  username text not null,
  started_at timestamptz not null
);

create table stripe_customers (
  user_id uuid primary key references auth."user" (id),
  stripe_customer_id text not null unique,
  created_at timestamptz not null
);
