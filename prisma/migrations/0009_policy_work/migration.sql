set search_path = public;

-- Policies that people are writing, before anybody proposes them.
create table policy_draft (
  id text collate "C" primary key,
  title text not null,
  source text not null,
  based_on integer not null,
  -- The change that was last proposed of it, and which version of the draft that was.
  hold_id text collate "C",
  proposed_version integer,
  created_by text collate "C" not null,
  created_at timestamptz not null default holdpoint.now(),
  updated_by text collate "C" not null,
  updated_at timestamptz not null default holdpoint.now(),
  version integer not null default 1
);

-- Who wrote part of a policy does not agree to it (INV-18).
alter table accountability drop constraint accountability_relation_check;
alter table accountability add constraint accountability_relation_check
  check (relation in ('owner', 'backup', 'creator', 'key_holder', 'scope_editor', 'policy_editor'));

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update, delete on policy_draft to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: nothing is lost by it';
end $$;
