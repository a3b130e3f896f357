-- Approval policies that rules may name no more: retired, and perhaps restored. The list of policies goes page by page.
set search_path = public;

create table approval_policy_retirement (
  name text collate "C" not null,
  retired_at timestamptz not null,
  retired_by text collate "C" not null,
  reason text not null check (reason <> ''),
  restored_at timestamptz,
  restored_by text collate "C",
  primary key (name, retired_at),
  constraint approval_policy_restored check ((restored_at is null) = (restored_by is null))
);
-- Retired once at a time.
create unique index approval_policy_retired on approval_policy_retirement (name) where restored_at is null;

-- What is in force of each, by name, without reading every version.
create index approval_policy_in_force on approval_policy (name, version desc);

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update on approval_policy_retirement to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: retired approval policies are kept by the owner of the tables';
end $$;
