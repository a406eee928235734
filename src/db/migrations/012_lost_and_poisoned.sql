-- A checkout whose server was named anew keeps the name that Stripe's page was asked for with: asked again, it is the same request.
alter table checkouts add column asked_as text;

-- Room findings. Keys of a queue whose work failed by a fault of ours, how often in a row, and why; gone when it went through.
create table strikes (
  queue text not null,
  key text not null,
  count int not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  error text not null,
  primary key (queue, key)
);
