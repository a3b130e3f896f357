-- What was recorded of a session stands under one mark, another one whenever that has changed: to read all of it for each
-- decision cost the more the longer a session went on. Written by the database itself, whichever version records or erases.
set search_path = public;

create table session_mark (
  agent_id text collate "C" not null,
  session text collate "C" not null,
  mark text not null,
  -- The one before: who recorded something knows by it whether anybody else did meanwhile.
  before text,
  primary key (agent_id, session)
);

create function holdpoint.mark_session(agent text, run text) returns void language sql set search_path = public as $$
  insert into session_mark as m (agent_id, session, mark) values (agent, run, gen_random_uuid()::text)
    on conflict (agent_id, session) do update set mark = excluded.mark, before = m.mark
$$;

create function holdpoint.mark_recorded() returns trigger language plpgsql set search_path = public, holdpoint as $$
begin
  perform mark_session(r.agent_id, r.session)
    from (select distinct agent_id, session from recorded where reported_by <> 'agent' order by agent_id, session) r;
  return null;
end $$;
create trigger session_source_marks after insert on session_source referencing new table as recorded
  for each statement execute function holdpoint.mark_recorded();

create function holdpoint.mark_erased() returns trigger language plpgsql set search_path = public, holdpoint as $$
begin
  perform mark_session(agent_id, session) from session_source where id = new.subject_id;
  return null;
end $$;
create trigger content_key_marks after update of erased_at on content_key for each row
  when (old.erased_at is null and new.erased_at is not null) execute function holdpoint.mark_erased();

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update on session_mark to holdpoint_app;
    grant execute on function holdpoint.mark_session(text, text), holdpoint.mark_recorded(), holdpoint.mark_erased() to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: sessions are marked by the owner of the tables';
end $$;
