-- Room health. What hours of provisioning_hours that change no more add up to: counters that never fall are read from here and from
-- the hours since, not from all hours that ever were.
create table provisioning_sums (
  id int primary key default 1 check (id = 1),
  -- hours before this one are in here
  until timestamptz not null,
  buckets float8[] not null,
  seconds_sum float8 not null
);
insert into provisioning_sums (until, buckets, seconds_sum) values ('1970-01-01', '{}', 0);
