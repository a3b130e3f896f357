-- What escalation policies said anew, for the engine to look at every open hold again, some at a time.
set search_path = public;

create table escalation_change (
  -- Policies are saved one at a time, so a higher number was saved later, and stands for all before it.
  id bigint generated always as identity primary key,
  at timestamptz not null,
  -- Open holds up to this id have been looked at again.
  reached text collate "C" not null default ''
);
create index hold_pending on hold (id) where status = 'pending';

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update, delete on escalation_change to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: changes of escalation are kept by the owner of the tables';
end $$;
