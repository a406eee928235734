-- Room fleet. A region is a location of the panel that we sell in.
create table regions (
  id text primary key,
  name text not null,
  location_id int not null unique,
  enabled boolean not null default true,
  sort int not null default 0
);

-- `id` is the panel's node id. RAM in GB for the runbook's queries, MiB for arithmetic.
create table ptero_nodes (
  id int primary key,
  uuid uuid not null,
  name text not null,
  location_id int not null,
  fqdn text not null,
  max_ram_gb numeric not null,
  max_disk_gb numeric not null,
  reserved_headroom_gb numeric not null default 0 check (reserved_headroom_gb >= 0),
  enabled boolean not null default true,
  maintenance boolean not null default false,
  gone_at timestamptz,
  -- servers on the node that are not ours
  strangers_ram_mb bigint not null default 0,
  strangers_disk_mb bigint not null default 0,
  -- sum of this node's reservations, kept in the transaction that changes one (under the node's row lock)
  reserved_ram_mb bigint not null default 0 check (reserved_ram_mb >= 0),
  reserved_disk_mb bigint not null default 0 check (reserved_disk_mb >= 0),
  synced_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index ptero_nodes_location on ptero_nodes (location_id);

-- What one checkout or order holds on one node. Same id as the checkout and the order.
create table reservations (
  id uuid primary key,
  node_id int not null references ptero_nodes (id),
  region_id text not null references regions (id),
  ram_mb int not null check (ram_mb > 0),
  disk_mb int not null check (disk_mb > 0),
  state text not null check (state in ('held', 'committed')),
  created_at timestamptz not null,
  committed_at timestamptz
);
create index reservations_node on reservations (node_id);

-- `id` is the panel's allocation id. Free for sale: not assigned, not reserved, not gone.
create table node_allocations (
  id int primary key,
  node_id int not null references ptero_nodes (id),
  ip text not null,
  alias text,
  port int not null,
  assigned boolean not null default false,
  reservation_id uuid references reservations (id),
  port_name text,
  gone_at timestamptz,
  synced_at timestamptz not null,
  check ((reservation_id is null) = (port_name is null))
);
create index node_allocations_free on node_allocations (node_id, port) where not assigned and reservation_id is null and gone_at is null;
create index node_allocations_reservation on node_allocations (reservation_id) where reservation_id is not null;

-- Whether the panel can be worked with at all: one row. While it refuses our key, or is gone for long, nothing is sold.
create table panel_health (
  id int primary key default 1 check (id = 1),
  refused_since timestamptz,
  unreachable_since timestamptz,
  answered_at timestamptz
);
insert into panel_health default values;

create view fleet_capacity as
select
  n.id, n.name, r.id as region_id, n.enabled, n.maintenance, n.gone_at is not null as gone,
  n.max_ram_gb, n.reserved_headroom_gb,
  n.reserved_ram_mb / 1024.0 as reserved_ram_gb,
  n.strangers_ram_mb / 1024.0 as strangers_ram_gb,
  n.max_ram_gb - n.reserved_headroom_gb - (n.reserved_ram_mb + n.strangers_ram_mb) / 1024.0 as available_ram_gb,
  n.max_disk_gb,
  n.max_disk_gb - (n.reserved_disk_mb + n.strangers_disk_mb) / 1024.0 as available_disk_gb
from ptero_nodes n left join regions r on r.location_id = n.location_id;
