-- A change of plan of a delivered order.

-- Room orders. The last change: {n, from, to, price, asked_at, resized_at, priced_at, tries}; null: never changed. `plan_id` is
-- the new plan as soon as it is asked for; until `resized_at` the panel may have the old limits, until `priced_at` Stripe the old price.
alter table orders add column plan_change jsonb;
-- the new limits stand, and Stripe has not followed yet
create index orders_to_price on orders (id)
  where plan_change ->> 'resized_at' is not null and plan_change ->> 'priced_at' is null and status <> 'canceled';

-- Room servers. Databases, backups and allocations that a server may have; null: not looked at since this is kept.
alter table servers_seen add column feature_limits jsonb;
