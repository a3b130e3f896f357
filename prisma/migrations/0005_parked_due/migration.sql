-- A call that waits under its tool's item has a clock of its own, which a pause stops: when to look at it again, and up to
-- which kill it is known to be out of reach. Null: not looked at yet.
alter table action add column due_at timestamptz, add column epoch bigint;
