-- Room operations. What functions, jobs and calls said, beside standard output: operators search it for some days, and it is over
-- when its day's partition is dropped. src/db/partitions keeps those; a line that has no day yet is in the default one.
create type log_level as enum ('debug', 'info', 'warn', 'error', 'fatal');
-- No identity: a partition is made as a table of its own and attached.
create sequence log_ids as bigint;
create table logs (
  id bigint not null default nextval('log_ids'),
  at timestamptz not null,
  level log_level not null,
  -- The function, job or room, by the name that operators know: servers-provision, stripe-webhook …
  fn text not null,
  message text not null,
  order_id uuid,
  user_id uuid,
  request_id uuid,
  -- Which process said it.
  process text not null,
  facts jsonb not null default '{}'
) partition by range (at);
alter sequence log_ids owned by logs.id;
create table logs_default partition of logs default;

-- Each way of searching has its index: measured, all six make a line half as dear again to write as none would.
alter table logs add primary key (at, id);
create index logs_of_order on logs (order_id, at) where order_id is not null;
create index logs_of_user on logs (user_id, at) where user_id is not null;
create index logs_of_request on logs (request_id) where request_id is not null;
create index logs_of_fn on logs (fn, at);
-- Few lines are that loud, so this one is nearly free.
create index logs_loud on logs (at, id) where level >= 'warn';
