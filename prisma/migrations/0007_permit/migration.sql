-- What permits were used for: one row a permit, for ever. That a permit exists is what its action's decision says.
set search_path = public;

create table permit_use (
  permit_id text collate "C" primary key,
  action_id text collate "C" not null unique,
  agent_id text collate "C" not null,
  tool text collate "C" not null,
  consumer_id text collate "C" not null,
  credential_id text collate "C" not null,
  key text collate "C",
  receipt text collate "C" not null unique,
  at timestamptz not null,
  constraint permit_use_key unique (consumer_id, key),
  check (permit_id = 'pmt_' || right(action_id, 26))
);
create index permit_use_of_agent on permit_use (agent_id, tool, at desc);

create trigger permit_use_is_for_ever before update or delete on permit_use for each row execute function holdpoint.refuse();
create trigger permit_use_is_not_emptied before truncate on permit_use for each statement execute function holdpoint.refuse();

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert on permit_use to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: triggers alone protect what permits were used for';
end $$;
