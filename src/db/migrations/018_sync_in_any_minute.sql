-- Room servers. When the calls of sweep and sync of the last minute were made, the oldest first: their share holds for any
-- minute, wherever it begins, and not only for the panel's own.
alter table panel_budget drop column sync_used, add column sync_at timestamptz[] not null default '{}';
