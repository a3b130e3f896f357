-- When something was last asked for under each line of authority, and from when on that was noted: for lines older than this, now.
set search_path = public;

alter table scope
  add column noted_from timestamptz not null default holdpoint.now(),
  add column last_used_at timestamptz;
