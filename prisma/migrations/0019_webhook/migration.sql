-- Where an agent is told that something it waited for has been decided, and what has been decided since it was last looked at.
set search_path = public;

create table webhook (
  id text collate "C" primary key,
  agent_id text collate "C" not null,
  name text not null,
  url text not null check (char_length(url) between 1 and 2000),
  -- The secret that messages are signed with: sealed under a key of its own; the one before it until its overlap ends.
  wrapped bytea,
  sealed bytea,
  old_sealed bytea,
  old_until timestamptz,
  created_at timestamptz not null,
  created_by text collate "C" not null,
  version integer not null default 1,
  revoked_at timestamptz,
  last_success_at timestamptz,
  last_failure_at timestamptz,
  last_error text,
  failures integer not null default 0,
  constraint webhook_secret check ((wrapped is null) = (sealed is null) and (revoked_at is not null or sealed is not null)),
  constraint webhook_old_secret check ((old_sealed is null) = (old_until is null))
);
create index webhook_of_agent on webhook (agent_id, id desc);
create trigger webhook_ends_once before update of revoked_at on webhook for each row execute function holdpoint.revoked_once();

create table webhook_due (
  action_id text collate "C" primary key,
  noted_at timestamptz not null
);

-- Whatever ends the waiting of an action, and however: it is noted in the transaction that decides it, so that none is missed.
-- What is decided at once is never updated and costs nothing; agents without a webhook cost one look into an index.
create function holdpoint.note_decided() returns trigger language plpgsql set search_path = public, holdpoint as $$
begin
  if exists (select from webhook where agent_id = new.agent_id and revoked_at is null) then
    insert into webhook_due (action_id, noted_at) values (new.id, holdpoint.now()) on conflict do nothing;
  end if;
  return null;
end $$;
create trigger action_decided_noted after update of status on action for each row
  when (old.status in ('held', 'deferred') and new.status not in ('held', 'deferred'))
  execute function holdpoint.note_decided();

create index delivery_to_webhook on delivery (destination, due_at) where status = 'pending' and destination like 'webhook:%';

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update on webhook to holdpoint_app;
    grant select, insert, update, delete on webhook_due to holdpoint_app;
    grant execute on function holdpoint.note_decided() to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: webhooks are kept by the owner of the tables';
end $$;
