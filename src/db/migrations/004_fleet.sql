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
  -- the part of reserved_ram_mb that is not paid yet
  held_ram_mb bigint not null default 0 check (held_ram_mb >= 0 and held_ram_mb <= reserved_ram_mb),
  -- allocations free for sale; counted so that neither placement nor the shop reads them all
  free_allocations int not null default 0 check (free_allocations >= 0),
  -- all that the panel has for it
  allocations int not null default 0,
  -- what is left for sale
  free_ram_mb bigint generated always as
    (floor((max_ram_gb - reserved_headroom_gb) * 1024)::bigint - reserved_ram_mb - strangers_ram_mb) stored,
  free_disk_mb bigint generated always as (floor(max_disk_gb * 1024)::bigint - reserved_disk_mb - strangers_disk_mb) stored,
  synced_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
-- Best fit without a sort: the nodes of a location from the least room up.
create index ptero_nodes_room on ptero_nodes (location_id, free_ram_mb, id) where enabled and not maintenance and gone_at is null;

-- What one checkout or order holds on one node. Same id as the checkout and the order.
create table reservations (
  id uuid primary key,
  node_id int not null references ptero_nodes (id),
  region_id text not null references regions (id),
  ram_mb int not null check (ram_mb > 0),
  disk_mb int not null check (disk_mb > 0),
  -- names of its ports; the first is the server's default allocation
  port_names text[] not null,
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
  check ((reservation_id is null) = (port_name is null))
);
create index node_allocations_free on node_allocations (node_id, port, ip) where not assigned and reservation_id is null and gone_at is null;
create index node_allocations_node on node_allocations (node_id) where gone_at is null;
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
  n.free_ram_mb / 1024.0 as available_ram_gb,
  n.max_disk_gb,
  n.free_disk_mb / 1024.0 as available_disk_gb
from ptero_nodes n left join regions r on r.location_id = n.location_id;

-- Takes the free ports for one reservation on one node whose row the caller has locked: a run of consecutive ports of one
-- address if there is one, else ports of one address, else any. Returns how many it took.
create function fleet_take_ports(for_reservation uuid, on_node int, names text[]) returns int language plpgsql as $$
declare
  wanted int := cardinality(names);
  best_ip text;
  first_port int := 0;
  taken int;
begin
  if wanted > 1 then
    select run.ip, run.port into best_ip, first_port
    from (
      select a.ip, a.port, lead(a.port, wanted - 1) over (partition by a.ip order by a.port) as last_port
      from node_allocations a
      where a.node_id = on_node and not a.assigned and a.reservation_id is null and a.gone_at is null
    ) run
    where run.last_port = run.port + wanted - 1
    order by run.port, run.ip limit 1;
    if best_ip is null then
      select a.ip, min(a.port) into best_ip, first_port
      from node_allocations a
      where a.node_id = on_node and not a.assigned and a.reservation_id is null and a.gone_at is null
      group by a.ip having count(*) >= wanted
      order by count(*), a.ip limit 1;
    end if;
  end if;
  with picked as (
    select a.id, a.port, a.ip from node_allocations a
    where a.node_id = on_node and not a.assigned and a.reservation_id is null and a.gone_at is null
      and (best_ip is null or (a.ip = best_ip and a.port >= first_port))
    order by a.port, a.ip limit wanted for update
  ), numbered as (
    select id, row_number() over (order by port, ip) as place from picked
  )
  update node_allocations a set reservation_id = for_reservation, port_name = names[n.place]
  from numbered n where a.id = n.id;
  get diagnostics taken = row_count;
  return taken;
end $$;

-- Places one reservation: picks the node with the least RAM left over, takes its ports, adds to its totals. One round trip,
-- plans cached by the session, and a fresh snapshot once the node's row is locked: nothing is decided on stale figures.
-- Order of locks: node, then allocations. First without waiting; where every fitting node is busy, once more in the queue.
-- Returns {nodeId, nodeName, allocations, regionHeldMb, regionRamMb}, or null: nothing fits. The last two only for a hold.
create function fleet_place(
  reservation uuid, in_region text, want_ram_mb int, want_disk_mb int, names text[],
  as_state text, made_at timestamptz, at timestamptz, not_node int
) returns jsonb language plpgsql as $$
declare
  place_id int;
  chosen int;
  chosen_name text;
  wanted int := cardinality(names);
  held int := case when as_state = 'held' then want_ram_mb else 0 end;
  region_held_mb bigint;
  region_ram_mb numeric;
  ports jsonb;
begin
  select r.location_id into place_id from regions r where r.id = in_region and r.enabled;
  select n.id into chosen from ptero_nodes n
  where n.location_id = place_id and n.enabled and not n.maintenance and n.gone_at is null and n.free_ram_mb >= want_ram_mb
    and n.free_disk_mb >= want_disk_mb and n.free_allocations >= wanted and (not_node is null or n.id <> not_node)
  order by n.free_ram_mb, n.id limit 1 for no key update skip locked;
  if chosen is null then
    select n.id into chosen from ptero_nodes n
    where n.location_id = place_id and n.enabled and not n.maintenance and n.gone_at is null and n.free_ram_mb >= want_ram_mb
      and n.free_disk_mb >= want_disk_mb and n.free_allocations >= wanted and (not_node is null or n.id <> not_node)
    order by n.free_ram_mb, n.id limit 1 for no key update;
  end if;
  if chosen is null then
    return null;
  end if;
  insert into reservations (id, node_id, region_id, ram_mb, disk_mb, port_names, state, created_at, committed_at)
  values (reservation, chosen, in_region, want_ram_mb, want_disk_mb, names, as_state, made_at, case when as_state = 'committed' then at end);
  if wanted = 1 then -- most servers: straight off the index
    update node_allocations a set reservation_id = reservation, port_name = names[1]
    where a.id = (
      select b.id from node_allocations b
      where b.node_id = chosen and not b.assigned and b.reservation_id is null and b.gone_at is null
      order by b.port, b.ip limit 1 for update
    ) returning jsonb_build_array(jsonb_build_object('name', a.port_name, 'id', a.id, 'ip', a.ip, 'alias', a.alias, 'port', a.port)) into ports;
  elsif fleet_take_ports(reservation, chosen, names) = wanted then
    select coalesce(jsonb_agg(jsonb_build_object('name', a.port_name, 'id', a.id, 'ip', a.ip, 'alias', a.alias, 'port', a.port)
      order by array_position(names, a.port_name)), '[]') into ports
    from node_allocations a where a.reservation_id = reservation;
  end if;
  if ports is null then
    raise exception 'node % has fewer free allocations than free_allocations says', chosen using errcode = 'data_exception';
  end if;
  update ptero_nodes set
    reserved_ram_mb = reserved_ram_mb + want_ram_mb,
    reserved_disk_mb = reserved_disk_mb + want_disk_mb,
    held_ram_mb = held_ram_mb + held,
    free_allocations = free_allocations - wanted,
    updated_at = at
  where id = chosen returning name into chosen_name;
  if held > 0 then
    select sum(n.held_ram_mb), sum(n.max_ram_gb) * 1024 into region_held_mb, region_ram_mb
    from ptero_nodes n where n.location_id = place_id and n.gone_at is null;
  end if;
  return jsonb_build_object(
    'nodeId', chosen, 'nodeName', chosen_name, 'regionHeldMb', region_held_mb, 'regionRamMb', region_ram_mb,
    'allocations', ports);
end $$;

-- Locks the node of a reservation, then the reservation: the order of locks that every change of one keeps. Where it was
-- moved while we waited for its node, the new node is locked; at most as often as somebody moves it.
create function fleet_lock(reservation uuid) returns boolean language plpgsql as $$
declare
  node int;
  now_on int;
begin
  loop
    select r.node_id into node from reservations r where r.id = reservation;
    exit when not found;
    perform from ptero_nodes n where n.id = node for no key update;
    select r.node_id into now_on from reservations r where r.id = reservation for update;
    exit when not found;
    if now_on = node then
      return true;
    end if;
  end loop;
  return false;
end $$;
