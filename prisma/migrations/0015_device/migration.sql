-- Command lines: a person lets one in from their browser (RFC 8628), and it then has a token of theirs.
set search_path = public;

-- A personal token is a sign-in like any other: it ends with the person, with a new password, and by itself.
alter table sign_in
  add column token_hash bytea unique check (octet_length(token_hash) = 32),
  add column machine text check (char_length(machine) between 1 and 80),
  add column read_only boolean not null default false,
  add constraint sign_in_token check ((token_hash is null) = (machine is null) and (token_hash is not null or not read_only));

create table device_request (
  id text collate "C" primary key,
  device_hash bytea not null unique check (octet_length(device_hash) = 32),
  user_hash bytea not null unique check (octet_length(user_hash) = 32),
  machine text not null check (char_length(machine) between 1 and 80),
  remote text,
  read_only boolean not null,
  days integer not null check (days between 1 and 90),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  polled_at timestamptz,
  pause_seconds integer not null,
  status text not null default 'asked' check (status in ('asked', 'allowed', 'denied', 'used')),
  person_id text collate "C" references person,
  decided_at timestamptz,
  check (expires_at > created_at and expires_at <= created_at + interval '15 minutes'),
  check ((status = 'asked') = (person_id is null) and (person_id is null) = (decided_at is null))
);
create index device_request_age on device_request (expires_at);

-- Decided once, by one person, for what was asked; used once, and only where it was allowed.
create function holdpoint.device_follows() returns trigger language plpgsql as $$
begin
  if (to_jsonb(new) - 'polled_at' - 'pause_seconds' - 'status' - 'person_id' - 'decided_at')
      is distinct from (to_jsonb(old) - 'polled_at' - 'pause_seconds' - 'status' - 'person_id' - 'decided_at')
    or (old.status <> 'asked' and (new.person_id, new.decided_at) is distinct from (old.person_id, old.decided_at))
    or (new.status <> old.status and not (
      (old.status = 'asked' and new.status in ('allowed', 'denied')) or (old.status = 'allowed' and new.status = 'used'))) then
    raise exception 'request % cannot go from % to %', old.id, old.status, new.status using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger device_follows before update on device_request for each row execute function holdpoint.device_follows();

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update, delete on device_request to holdpoint_app;
    grant execute on function holdpoint.device_follows() to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: triggers alone protect the requests of command lines';
end $$;
