-- How well people decide: what each verdict was given on, who hurried, and who may see names.
set search_path = public;

-- How many characters the reviewer was shown; `dwell_ms` is how long they had them open, null where they never did.
alter table review add column shown_chars integer, add column measured_at timestamptz;
-- What was decided before is not looked at anew.
update review set measured_at = created_at;
create index review_unmeasured on review (created_at) where measured_at is null;
create index review_of_person on review (person_id, created_at desc);
create index hold_closed_team on hold (team_id, decided_at desc) where status <> 'pending';

-- More approvals by one person within a minute than anybody can read.
create table hurry (
  person_id text collate "C" not null,
  at timestamptz not null,
  approvals integer not null check (approvals > 0),
  primary key (person_id, at)
);

-- While a row is open, reports name people; the reason is shown to all of them.
create table report_naming (
  id text collate "C" primary key,
  reason text not null,
  enabled_by text collate "C" not null,
  enabled_at timestamptz not null,
  disabled_by text collate "C",
  disabled_at timestamptz,
  constraint report_naming_over check ((disabled_by is null) = (disabled_at is null))
);
create unique index report_naming_open on report_naming ((true)) where disabled_at is null;

-- Agents that an administrator asks test requests with: they have no key that anybody knows, and never get another.
create table canary_agent (
  agent_id text collate "C" primary key,
  created_by text collate "C" not null,
  created_at timestamptz not null
);
create table canary (
  id text collate "C" primary key,
  agent_id text collate "C" not null references canary_agent,
  action_id text collate "C" not null unique,
  hold_id text collate "C" not null unique,
  template text not null,
  injected_by text collate "C" not null,
  injected_at timestamptz not null,
  ended_at timestamptz,
  outcome text check (outcome in ('caught', 'missed', 'undecided')),
  constraint canary_over check ((ended_at is null) = (outcome is null))
);
create index canary_open on canary (injected_at) where ended_at is null;
create index canary_recent on canary (injected_at desc, id desc);

create function holdpoint.no_key_for_canaries() returns trigger language plpgsql as $$
begin
  if exists (select from canary_agent where agent_id = new.agent_id) then
    raise exception 'agent % is asked tests with: it gets no key', new.agent_id using errcode = 'HP002';
  end if;
  return new;
end $$;
create trigger canaries_have_no_key before insert on credential for each row execute function holdpoint.no_key_for_canaries();

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update on hurry, report_naming, canary_agent, canary to holdpoint_app;
    grant execute on function holdpoint.no_key_for_canaries() to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: reports are kept by the owner of the tables';
end $$;
