-- Watching only (observe) for one agent or team, for a time; the working hours of teams; where facts about resources are asked.
set search_path = public;

create table enforcement_window (
  id text collate "C" primary key,
  target_type text not null check (target_type in ('agent', 'team')),
  target_id text collate "C" not null,
  from_at timestamptz not null,
  until timestamptz not null,
  by_id text collate "C" not null,
  hold_id text collate "C" not null unique,
  reason text not null,
  ended_at timestamptz,
  ended_by text collate "C",
  check (until > from_at and until <= from_at + interval '30 days'),
  check (ended_at is null or ended_at >= from_at),
  check (ended_by is null or ended_at is not null)
);
create index enforcement_open on enforcement_window (until) where ended_at is null;
create index enforcement_of_target on enforcement_window (target_type, target_id, id desc);

-- A window only ever ends: nobody can make it longer, wider or somebody else's.
create function holdpoint.only_ends() returns trigger language plpgsql as $$
begin
  if old.ended_at is not null
    or (to_jsonb(new) - 'ended_at' - 'ended_by') is distinct from (to_jsonb(old) - 'ended_at' - 'ended_by') then
    raise exception 'holdpoint: a window of watching only ends, once';
  end if;
  return new;
end $$;
create trigger enforcement_window_only_ends before update on enforcement_window
  for each row execute function holdpoint.only_ends();
create trigger enforcement_window_stays before delete on enforcement_window for each row execute function holdpoint.refuse();

-- What was let through while watching, for "ready to enforce".
create index action_observed on action (agent_id, created_at desc) where decision like '%policy.observed%';

alter table team add column time_zone text not null default 'UTC';
alter table team add column working_hours text not null
  default '{"1":["08:00","18:00"],"2":["08:00","18:00"],"3":["08:00","18:00"],"4":["08:00","18:00"],"5":["08:00","18:00"]}';

create table resource_source (
  id text collate "C" primary key,
  name text not null,
  type_pattern text not null,
  id_pattern text not null,
  url text not null,
  created_by text collate "C" not null,
  created_at timestamptz not null,
  removed_at timestamptz,
  version integer not null default 1
);

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update on enforcement_window, resource_source to holdpoint_app;
    grant execute on function holdpoint.only_ends() to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: triggers alone protect the windows of watching';
end $$;
