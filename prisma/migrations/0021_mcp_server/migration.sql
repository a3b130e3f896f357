-- MCP servers that Holdpoint itself stands in front of: where they are, what they need to be told, and how it last went.
set search_path = public;

create table mcp_server (
  id text collate "C" primary key,
  -- What its tools' names begin with.
  name text not null check (name ~ '^[A-Za-z][A-Za-z0-9_-]{0,39}$'),
  url text check (char_length(url) between 1 and 2000),
  command text check (char_length(command) between 1 and 300),
  -- A JSON list of texts.
  args text not null default '[]',
  -- The names of the headers or variables that are set; their values are sealed under a key of its own.
  secrets text[] not null default '{}',
  wrapped bytea,
  sealed bytea,
  classification text check (classification in ('public', 'internal', 'confidential', 'restricted')),
  timeout_seconds integer not null check (timeout_seconds between 1 and 3600),
  created_by text collate "C" not null,
  created_at timestamptz not null,
  version integer not null default 1,
  removed_at timestamptz,
  -- As the instance saw it that asked it last.
  tools integer,
  reached_at timestamptz,
  failed_at timestamptz,
  error text,
  constraint mcp_server_place check ((url is null) <> (command is null)),
  constraint mcp_server_secrets check ((wrapped is null) = (sealed is null) and (sealed is not null or secrets = '{}')),
  constraint mcp_server_removed check (removed_at is null or sealed is null)
);
create unique index mcp_server_of_name on mcp_server (lower(name)) where removed_at is null;

create function holdpoint.removed_once() returns trigger language plpgsql as $$
begin
  if old.removed_at is not null then
    raise exception 'it was removed before';
  end if;
  return new;
end $$;
create trigger mcp_server_ends_once before update on mcp_server for each row execute function holdpoint.removed_once();

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update on mcp_server to holdpoint_app;
    grant execute on function holdpoint.removed_once() to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: MCP servers are kept by the owner of the tables';
end $$;
