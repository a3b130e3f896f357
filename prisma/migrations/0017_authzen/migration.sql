-- Access requests of AuthZEN's approval profile, by the key they came with: the same again is the same, another one is refused.
set search_path = public;

create table access_request (
  agent_id text collate "C" not null,
  key text collate "C" not null check (char_length(key) between 1 and 300),
  body_digest bytea not null check (octet_length(body_digest) = 32),
  action_id text collate "C" not null,
  created_at timestamptz not null,
  primary key (agent_id, key)
);
create index access_request_age on access_request (agent_id, created_at);

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, delete on access_request to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: access requests are kept by the owner of the tables';
end $$;
