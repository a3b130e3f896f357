set search_path = public;

-- What must come of an action under every policy that is proposed.
create table policy_case (
  id text collate "C" primary key,
  name text not null,
  given text not null,
  want text not null check (want in ('allow', 'hold', 'deny')),
  rules text,
  updated_by text collate "C" not null,
  updated_at timestamptz not null default holdpoint.now(),
  version integer not null default 1
);
create unique index policy_case_name on policy_case (name);

-- A candidate that is asked about live actions after they were decided, and decides nothing.
create table policy_shadow (
  id text collate "C" primary key,
  source text not null,
  digest text not null,
  started_by text collate "C" not null,
  started_at timestamptz not null,
  ends_at timestamptz not null,
  stopped_at timestamptz,
  -- Actions up to this id have been asked about; what came of it.
  mark text collate "C" not null,
  tally text not null
);
create unique index policy_shadow_one on policy_shadow ((true)) where stopped_at is null;

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update, delete on policy_case, policy_shadow to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: nothing is lost by it';
end $$;
