-- Room catalog. 1 GB = 1024 MiB. What a plan gives never changes once sold: a new version is a new row.
create table games (
  id text primary key,
  name text not null,
  summary text not null,
  eula_name text,
  eula_url text,
  sort int not null default 0,
  enabled boolean not null default true,
  check ((eula_name is null) = (eula_url is null))
);

-- Eggs as the panel has them; `id` is the panel's.
create table eggs (
  id int primary key,
  nest_id int not null,
  name text not null,
  docker_image text not null,
  startup text not null,
  gone_at timestamptz,
  synced_at timestamptz not null
);
create table egg_variables (
  egg_id int not null references eggs (id) on delete cascade,
  env_variable text not null,
  name text not null,
  default_value text not null,
  rules text not null,
  primary key (egg_id, env_variable)
);

create table recipes (
  id text primary key,
  game_id text not null references games (id),
  variant text not null,
  egg_id int not null,
  -- null: the egg's own
  docker_image text,
  startup text,
  -- values that differ from the egg's defaults; `{{port:query}}` stands for the port of that name
  environment jsonb not null default '{}',
  -- ["game", "query"]: names of the ports a server of this recipe holds; the first is the default allocation
  ports jsonb not null default '["game"]',
  -- why it can't be sold, in plain words; null: checked against the panel and fine
  problem text default 'Not checked against the panel yet.',
  checked_at timestamptz
);

create table plans (
  id text primary key,
  recipe_id text not null references recipes (id),
  name text not null,
  ram_gb numeric not null check (ram_gb > 0),
  cores numeric not null check (cores > 0),
  disk_gb numeric not null check (disk_gb > 0),
  swap_mb int not null default 0,
  io int not null default 500 check (io between 10 and 1000),
  databases int not null default 1,
  backups int not null default 1,
  -- bank debits and the like, which settle days later: the hold lasts until then
  delayed_payments boolean not null default false,
  alert_after_minutes int not null default 15,
  cancel_after_hours int not null default 24,
  replaces text references plans (id),
  withdrawn_at timestamptz,
  sort int not null default 0,
  created_at timestamptz not null default now()
);
create index plans_recipe on plans (recipe_id);

create table plan_prices (
  plan_id text not null references plans (id),
  term text not null check (term in ('monthly', 'quarterly', 'semi_annual', 'yearly')),
  currency text not null,
  amount_cents int not null check (amount_cents > 0),
  -- null until `catalog publish`
  stripe_price_id text unique,
  primary key (plan_id, term)
);

-- A plan's resources are fixed from its first order on; a new version is a new row.
create function plans_refuse_change() returns trigger language plpgsql as $$
begin
  if (new.ram_gb, new.cores, new.disk_gb, new.swap_mb, new.io, new.databases, new.backups, new.recipe_id)
     is distinct from (old.ram_gb, old.cores, old.disk_gb, old.swap_mb, old.io, old.databases, old.backups, old.recipe_id)
     and exists (select from orders where plan_id = old.id) then
    raise exception 'plan % is sold: its resources do not change; add a plan that replaces it', old.id
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger plans_refuse_change before update on plans for each row execute function plans_refuse_change();
