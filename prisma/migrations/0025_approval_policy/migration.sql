-- Approval policies: who must agree, by a name that rules give. Written once, version by version, the highest is in force.
set search_path = public;

create table approval_policy (
  name text collate "C" not null check (name ~ '^[a-z0-9-]{1,60}$'),
  version integer not null check (version >= 1),
  -- Title, stages and how many rejects end it, as JSON.
  body text not null,
  note text not null default '',
  hold_id text collate "C",
  published_by text collate "C" not null,
  published_at timestamptz not null,
  primary key (name, version)
);

-- Whom somebody reports to, and who said so when: approval policies may ask the manager of whoever an agent acts for.
alter table person
  add column manager_id text collate "C" references person (id),
  add column manager_set_by text collate "C",
  add column manager_set_at timestamptz,
  add constraint person_manager check (
    (manager_id is null or manager_id <> id) and
    (manager_set_by is null) = (manager_set_at is null) and
    (manager_id is null or manager_set_at is not null)
  );
create index person_of_manager on person (manager_id) where manager_id is not null;

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert on approval_policy to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: approval policies are kept by the owner of the tables';
end $$;
