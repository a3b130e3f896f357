-- Who is told about a hold, when, and what came of it.
set search_path = public;

create table escalation_policy (
  id text collate "C" primary key,
  name text not null check (char_length(name) between 1 and 100),
  -- Null: every team that has none of its own.
  team_id text collate "C" references team,
  -- It is for holds of this risk (0 low, 3 critical) and above, up to the next one of the same team.
  min_risk integer not null default 0 check (min_risk between 0 and 3),
  -- JSON: time zone and weekly hours; null: those of the team.
  calendar text,
  -- JSON: a list of percentages of a hold's time.
  reminders text not null,
  -- JSON: a list of levels.
  levels text not null,
  written_by text collate "C" not null references person,
  written_at timestamptz not null,
  version integer not null default 1,
  removed_at timestamptz
);
create unique index escalation_policy_of on escalation_policy (coalesce(team_id, ''), min_risk) where removed_at is null;
create unique index escalation_policy_of_name on escalation_policy (lower(name)) where removed_at is null;

create table hold_escalation (
  hold_id text collate "C" primary key references hold,
  -- The highest level that was reached, and the one that somebody has asked for before its time.
  level integer not null default 0 check (level >= 0),
  hurried integer not null default 0 check (hurried >= 0),
  -- JSON: a list of steps with when they were made and who was told why.
  steps text not null default '[]'
);

-- One time for everything that somebody is to be told about a hold: the next.
drop index hold_untold;
alter index hold_half rename to hold_next_level;
alter table hold rename column half_at to next_level_at;
insert into hold_escalation (hold_id, level, steps)
  select id, case when next_level_at is null then 1 else 0 end,
    '[{"step":"opened","at":"' || to_char(told_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","people":[]}]'
  from hold where status = 'pending' and told_at is not null;
update hold set next_level_at = opened_at where status = 'pending' and told_at is null;
alter table hold drop column told_at;

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update on escalation_policy, hold_escalation to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: escalation is kept by the owner of the tables';
end $$;
