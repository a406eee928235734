-- Opening a checkout is one statement: its hold, its row and the first line of its timeline, or none of them. Committing a
-- hold is one, too.

-- Both sums of a region's limit on unpaid holds are read from as few rows as can settle it, however large the region is.
create index ptero_nodes_held on ptero_nodes (location_id) include (held_ram_mb) where held_ram_mb > 0 and gone_at is null;

-- With what is asked of them besides RAM, so that nodes without a port left are passed over in the index.
drop index ptero_nodes_room;
create index ptero_nodes_room on ptero_nodes (location_id, free_ram_mb, id, free_allocations, free_disk_mb)
  where enabled and not maintenance and gone_at is null;

-- Whether a further hold would take more than `share_max` of a region's RAM. The first hold is always allowed: in a small
-- region a single plan may be more than the share. Null: it would not.
create function fleet_held_too_much(in_location int, want_ram_mb int, share_max float8) returns jsonb language plpgsql as $$
declare
  held_mb bigint;
  ram_mb numeric := 0;
  node_ram_gb numeric;
begin
  select sum(n.held_ram_mb) into held_mb from ptero_nodes n where n.location_id = in_location and n.held_ram_mb > 0 and n.gone_at is null;
  if held_mb is null then
    return null;
  end if;
  held_mb := held_mb + want_ram_mb;
  for node_ram_gb in select n.max_ram_gb from ptero_nodes n where n.location_id = in_location and n.gone_at is null loop
    ram_mb := ram_mb + node_ram_gb * 1024;
    if held_mb <= ram_mb * share_max then
      return null;
    end if;
  end loop;
  return jsonb_build_object('regionHeldMb', held_mb, 'regionRamMb', ram_mb);
end $$;

-- Whether a node is for sale and has room for this. Inlined by the planner, so that its index serves.
create function fleet_fits(n ptero_nodes, want_ram_mb int, want_disk_mb int, ports int, not_node int) returns boolean
language sql stable as $$
  select n.enabled and not n.maintenance and n.gone_at is null and n.free_ram_mb >= want_ram_mb
    and n.free_disk_mb >= want_disk_mb and n.free_allocations >= ports and (not_node is null or n.id <> not_node)
$$;

-- Places one reservation: picks the node with the least RAM left over, takes its ports, adds to its totals. One round trip,
-- plans made once a session (left to itself, PostgreSQL makes that of the choice anew each time, which takes longer than all
-- the rest), and a fresh snapshot once the node's row is locked: nothing is decided on stale figures.
-- Order of locks: node, then allocations. Nodes that others work on are passed over. Where each that fits is busy, nothing is
-- done and the best of them is named: asked again with `wait_for`, in a transaction that holds no other node, it is waited
-- for. (Who holds a node, full by now, and waits for the next one closes a circle with somebody who came the other way.)
-- `share_max`: the most of the region's RAM that holds may take; null binds nobody.
-- Returns {nodeId, nodeName, allocations}, or, with nothing written: null where nothing fits; {busyNodeId};
-- {regionHeldMb, regionRamMb} where too much would be held, with this one.
drop function fleet_place(uuid, text, int, int, text[], text, timestamptz, timestamptz, int);
create function fleet_place(
  reservation uuid, in_region text, want_ram_mb int, want_disk_mb int, names text[],
  as_state text, made_at timestamptz, at timestamptz, not_node int, share_max float8, wait_for int
) returns jsonb language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  place_id int;
  chosen int;
  chosen_name text;
  busy int;
  wanted int := cardinality(names);
  refused jsonb;
  ports jsonb;
begin
  select r.location_id into place_id from regions r where r.id = in_region and r.enabled;
  if wait_for is not null then
    perform from ptero_nodes n where n.id = wait_for for no key update;
  end if;
  select n.id, n.name into chosen, chosen_name from ptero_nodes n
  where n.location_id = place_id and fleet_fits(n, want_ram_mb, want_disk_mb, wanted, not_node)
  order by n.free_ram_mb, n.id limit 1 for no key update skip locked;
  if chosen is null then
    select n.id into busy from ptero_nodes n
    where n.location_id = place_id and fleet_fits(n, want_ram_mb, want_disk_mb, wanted, not_node)
    order by n.free_ram_mb, n.id limit 1;
    return case when busy is not null then jsonb_build_object('busyNodeId', busy) end;
  end if;
  if share_max is not null then
    refused := fleet_held_too_much(place_id, want_ram_mb, share_max);
    if refused is not null then
      return refused;
    end if;
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
    held_ram_mb = held_ram_mb + case when as_state = 'held' then want_ram_mb else 0 end,
    free_allocations = free_allocations - wanted,
    updated_at = at
  where id = chosen;
  return jsonb_build_object('nodeId', chosen, 'nodeName', chosen_name, 'allocations', ports);
end $$;

-- The same for an unpaid hold, asked for in one value, so that another room can ask for it in a statement of its own.
create function fleet_hold(want jsonb) returns jsonb language plpgsql as $$
declare
  at timestamptz := want->>'at';
begin
  return fleet_place(
    (want->>'id')::uuid, want->>'regionId', (want->>'ramMb')::int, (want->>'diskMb')::int,
    array(select jsonb_array_elements_text(want->'ports')), 'held', at, at, null, (want->>'shareMax')::float8, (want->>'waitFor')::int);
end $$;

-- What was held until payment is an order's from now on; again, nothing changes. Returns its node; null: nothing is reserved.
create function fleet_commit(reservation uuid, at timestamptz) returns int language plpgsql as $$
declare
  node int;
  was_held_mb int;
begin
  if not fleet_lock(reservation) then
    return null;
  end if;
  select r.node_id, case when r.state = 'held' then r.ram_mb end into node, was_held_mb from reservations r where r.id = reservation;
  if was_held_mb is not null then
    update reservations r set state = 'committed', committed_at = at where r.id = reservation;
    update ptero_nodes n set held_ram_mb = n.held_ram_mb - was_held_mb, updated_at = at where n.id = node;
  end if;
  return node;
end $$;

-- The openings of one customer stand in a line, so that limits hold for requests that race. `known` are the unfinished
-- checkouts of the customer that the opening was decided on; where they are others by now, or the address has `address_max`,
-- nothing is written and {own, fromAddress} tells how it is, for a new decision. Else {placed}: what fleet_hold answered, and
-- where that has a node, checkout and timeline stand. Every statement here sees what was committed while we waited.
create function orders_open_checkout(
  new_row jsonb, known uuid[], address_max float8, want jsonb, title text, details jsonb
) returns jsonb language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  made checkouts := jsonb_populate_record(null::checkouts, new_row);
  own uuid[];
  from_address int;
  placed jsonb;
begin
  perform pg_advisory_xact_lock(hashtextextended(made.user_id::text, 7291));
  select
    array(select c.id from checkouts c where c.user_id = made.user_id and c.state in ('opening', 'open', 'paying')),
    (select count(*) from checkouts c where c.client_ip = made.client_ip and c.state in ('opening', 'open', 'paying'))
  into own, from_address;
  if not (own @> known and known @> own) or from_address >= address_max then
    return jsonb_build_object(
      'own', (select coalesce(jsonb_agg(to_jsonb(c)), '[]') from checkouts c where c.id = any(own)),
      'fromAddress', from_address);
  end if;
  placed := fleet_hold(want);
  if placed ? 'nodeId' then
    insert into checkouts select made.*;
    insert into order_events (order_id, at, kind, title, details)
    values (made.id, made.created_at, 'note', title, details || jsonb_build_object('node', placed->'nodeName'));
  end if;
  return jsonb_build_object('placed', placed);
end $$;
drop function orders_line_up(uuid, text);
drop function orders_add_checkout(jsonb, text, jsonb);
