-- Who is on call when: schedules, by a rota kept here or a calendar kept elsewhere; who takes over; who is away.
set search_path = public;

create table on_call_schedule (
  id text collate "C" primary key,
  name text not null check (char_length(name) between 1 and 80),
  -- Whose governors may change it; null: those of the whole organisation alone.
  team_id text collate "C",
  time_zone text not null check (char_length(time_zone) between 1 and 64),
  -- JSON of lib/on-call/rota.ts.
  rota text check (octet_length(rota) <= 100000),
  calendar_url text check (char_length(calendar_url) between 1 and 2000),
  -- What the calendar said when it could be read last: JSON of server/on-call/entries.ts.
  entries text check (octet_length(entries) <= 4000000),
  digest text,
  -- When it was asked last, when it last answered, and since when it does not.
  tried_at timestamptz,
  read_at timestamptz,
  failed_at timestamptz,
  error text,
  created_by text collate "C" not null,
  created_at timestamptz not null,
  version integer not null default 1,
  removed_at timestamptz,
  constraint on_call_schedule_plan check ((rota is null) <> (calendar_url is null))
);
create unique index on_call_schedule_of_name on on_call_schedule (lower(name)) where removed_at is null;
create index on_call_schedule_due on on_call_schedule (tried_at) where removed_at is null and calendar_url is not null;

create table on_call_override (
  id text collate "C" primary key,
  schedule_id text collate "C" not null references on_call_schedule,
  person_id text collate "C" not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  created_by text collate "C" not null,
  created_at timestamptz not null,
  removed_at timestamptz,
  constraint on_call_override_span check (from_at < until_at)
);
create index on_call_override_of_schedule on on_call_override (schedule_id, until_at) where removed_at is null;

create table on_call_absence (
  id text collate "C" primary key,
  person_id text collate "C" not null,
  stand_in_id text collate "C",
  from_at timestamptz not null,
  until_at timestamptz not null,
  created_by text collate "C" not null,
  created_at timestamptz not null,
  removed_at timestamptz,
  constraint on_call_absence_span check (from_at < until_at),
  constraint on_call_absence_stand_in check (stand_in_id is distinct from person_id)
);
create index on_call_absence_until on on_call_absence (until_at) where removed_at is null;
create index on_call_absence_of_person on on_call_absence (person_id, until_at) where removed_at is null;

create trigger on_call_schedule_ends_once before update on on_call_schedule
  for each row execute function holdpoint.removed_once();
create trigger on_call_override_ends_once before update on on_call_override
  for each row execute function holdpoint.removed_once();
create trigger on_call_absence_ends_once before update on on_call_absence
  for each row execute function holdpoint.removed_once();

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update on on_call_schedule, on_call_override, on_call_absence to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: schedules are kept by the owner of the tables';
end $$;
