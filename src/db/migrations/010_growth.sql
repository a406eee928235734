-- What grows with the years: events of Stripe and timelines stand in partitions, so that what is over is removed by dropping a
-- table; src/db/partitions keeps them. Both have a default partition: a row is stored, whatever date it has.

-- One partition for each month (UTC) from the first one to two after this. None for more than ten years back.
create function givrwrld.months_of(parent text, first_at timestamptz) returns void language plpgsql as $$
declare
  starts timestamp := date_trunc('month', greatest(least(first_at, now()), now() - interval '10 years') at time zone 'UTC');
begin
  while starts <= (now() at time zone 'UTC') + interval '2 months' loop
    execute format('create table %I partition of %I for values from (%L) to (%L)',
      parent || to_char(starts, '_YYYY_MM'), parent, starts::text || '+00', (starts + interval '1 month')::text || '+00');
    starts := starts + interval '1 month';
  end loop;
end $$;

-- Room billing. An event's id has one creation for ever, in whole seconds: with it in the key, an event is still stored once.
alter table stripe_events rename to stripe_events_before;
create table stripe_events (
  id text not null,
  type text not null,
  api_version text,
  created_at timestamptz(0) not null,
  received_at timestamptz not null,
  payload jsonb not null,
  processed_at timestamptz,
  attempts int not null default 0,
  next_attempt_at timestamptz not null,
  last_error text,
  brought_by text not null default 'webhook' check (brought_by in ('webhook', 'sweep'))
) partition by range (created_at);
create table stripe_events_default partition of stripe_events default;
select givrwrld.months_of('stripe_events', (select min(created_at) from stripe_events_before));
insert into stripe_events select id, type, api_version, created_at, received_at, payload, processed_at, attempts, next_attempt_at, last_error, brought_by
  from stripe_events_before;
drop table stripe_events_before;
alter table stripe_events add primary key (id, created_at);
create index stripe_events_due on stripe_events (next_attempt_at) where processed_at is null;
create index stripe_events_newest on stripe_events (received_at desc);

-- Room orders. Calls are many and soon of no interest; states and notes tell for years what became of an order.
-- No identity: a partition is made as a table of its own and attached.
alter table order_events rename to order_events_before;
create sequence order_events_ids as bigint;
select setval('order_events_ids', (select coalesce(max(id), 0) + 1 from order_events_before), false);
create table order_events (
  id bigint not null default nextval('order_events_ids'),
  order_id uuid not null,
  at timestamptz not null,
  kind text not null check (kind in ('state', 'call', 'note')),
  title text not null,
  details jsonb not null default '{}'
) partition by list (kind);
alter sequence order_events_ids owned by order_events.id;
create table order_events_calls partition of order_events for values in ('call') partition by range (at);
create table order_events_calls_default partition of order_events_calls default;
create table order_events_notes partition of order_events for values in ('state', 'note') partition by range (at);
create table order_events_notes_default partition of order_events_notes default;
select givrwrld.months_of('order_events_calls', (select min(at) from order_events_before where kind = 'call'));
select givrwrld.months_of('order_events_notes', (select min(at) from order_events_before where kind <> 'call'));
insert into order_events (id, order_id, at, kind, title, details) select id, order_id, at, kind, title, details from order_events_before;
drop table order_events_before;
-- A timeline is read along its key.
alter table order_events add primary key (order_id, id, at, kind);
-- What the watch remarks when a daemon restarts, in its words (servers/watch-installs.ts): the sweep reads these few and no others.
create index order_events_restarted on order_events_notes (at)
  where title = 'All installations of this node ended at once: its daemon may have restarted. If the server does not start, reinstall it.';

drop function givrwrld.months_of(text, timestamptz);

-- Room orders. How many orders there are of each status: counted as they change, since to count the delivered ones is to read
-- them all. A change is a row of its own, so that no two transactions wait for each other; a timed task adds them up.
create table order_totals (
  status text primary key,
  orders bigint not null
);
create table order_total_changes (
  status text not null,
  change bigint not null
);
insert into order_totals select status, count(*) from orders group by status;
create view orders_by_status as
  select status, sum(orders)::bigint as orders from (
    select status, orders from order_totals union all select status, change from order_total_changes
  ) as parts group by status;

create function orders_count_added() returns trigger language plpgsql as $$
begin
  insert into order_total_changes select status, count(*) from added group by status;
  return null;
end $$;
create trigger orders_count_added after insert on orders referencing new table as added for each statement execute function orders_count_added();
create function orders_count_changed() returns trigger language plpgsql as $$
begin
  insert into order_total_changes values (old.status, -1), (new.status, 1);
  return null;
end $$;
create trigger orders_count_changed after update of status on orders for each row when (old.status is distinct from new.status)
  execute function orders_count_changed();

-- Lists and sweeps that read what they are about, and not all there is.
create index findings_by_time on findings (opened_at desc, id desc);
create index findings_by_kind on findings (kind, opened_at desc, id desc);
create index findings_of_subject on findings (subject_id, kind);
create index node_allocations_lost on node_allocations (reservation_id) where gone_at is not null and reservation_id is not null;
-- Room servers. How far the sweep has looked for holds that nobody needs.
alter table panel_sweep add column holds_after uuid;
