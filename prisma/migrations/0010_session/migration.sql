-- What the gate knows of one run of an agent, and what gateway or harness recorded that the agent had before it.
set search_path = public;

create table session_fact (
  agent_id text collate "C" not null,
  session text collate "C" not null,
  highest text not null check (highest in ('public', 'internal', 'confidential', 'restricted')),
  untrusted boolean not null,
  led boolean not null,
  tools text[] collate "C" not null check (cardinality(tools) <= 100),
  updated_at timestamptz not null,
  primary key (agent_id, session)
);
create index session_fact_old on session_fact (updated_at);

-- The text and what it is called are content: sealed under this id. What agents report stands in their actions' own bodies.
create table session_source (
  id text collate "C" primary key,
  agent_id text collate "C" not null,
  session text collate "C" not null,
  kind text not null check (kind in ('user', 'system', 'tool_result', 'retrieval', 'agent')),
  reported_by text not null check (reported_by in ('gateway', 'harness')),
  classification text check (classification in ('public', 'internal', 'confidential', 'restricted')),
  length integer not null,
  recorded_at timestamptz not null
);
create index session_source_of_session on session_source (agent_id, session, id);

create trigger session_source_stays before update on session_source for each row execute function holdpoint.refuse();

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update, delete on session_fact to holdpoint_app;
    grant select, insert, delete on session_source to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: the owner alone uses these tables';
end $$;
