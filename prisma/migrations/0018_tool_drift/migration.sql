-- A tool whose server describes it otherwise than when people said what it is: nothing of it is decided by what they said
-- until they have said it again.
set search_path = public;

alter table tool
  add column drift_description text,
  add column drift_schema text,
  add column drift_digest text,
  add column drifted_at timestamptz,
  add constraint tool_drift check (
    (drift_digest is null) = (drifted_at is null) and (drift_digest is null) = (drift_description is null)
    and (drift_digest is not null or drift_schema is null) and (drift_digest is null or status = 'classified'));
