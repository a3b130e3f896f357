-- Passkeys: the keys with which people countersign, and what each of them was asked to sign.
set search_path = public;

create table passkey (
  id text collate "C" primary key,
  person_id text collate "C" not null references person,
  -- What its owner calls it.
  name text not null check (char_length(name) between 1 and 60),
  -- As authenticators name it, base64url; one key is one person's.
  credential text collate "C" not null unique check (char_length(credential) between 1 and 1400),
  -- The key as COSE has it, and its algorithm.
  public_key bytea not null check (octet_length(public_key) between 1 and 2000),
  algorithm integer not null check (algorithm in (-7, -8, -257)),
  rp_id text not null,
  -- What the authenticator counted last; 0 for those that do not count.
  counter bigint not null check (counter between 0 and 4294967295),
  transports text[] not null default '{}',
  backed_up boolean not null,
  created_at timestamptz not null,
  signs_from timestamptz not null,
  last_used_at timestamptz,
  removed_at timestamptz,
  removed_by text collate "C",
  version integer not null default 1,
  constraint passkey_cools check (signs_from >= created_at),
  constraint passkey_removed check ((removed_at is null) = (removed_by is null))
);
create index passkey_person on passkey (person_id, created_at);

-- A key stays what was registered: it is renamed, counts upwards, and is removed once.
create function holdpoint.passkey_follows() returns trigger language plpgsql as $$
begin
  if old.removed_at is not null or new.counter < old.counter
    or (to_jsonb(new) - 'name' - 'counter' - 'backed_up' - 'last_used_at' - 'removed_at' - 'removed_by' - 'version')
      is distinct from (to_jsonb(old) - 'name' - 'counter' - 'backed_up' - 'last_used_at' - 'removed_at' - 'removed_by' - 'version') then
    raise exception 'passkey % cannot become that', old.id using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger passkey_follows before update on passkey for each row execute function holdpoint.passkey_follows();

-- What a person is asked to sign: one challenge for each thing, used once.
create table passkey_challenge (
  person_id text collate "C" not null references person,
  -- A hold, or `registration`.
  subject text collate "C" not null,
  challenge bytea not null check (octet_length(challenge) = 32),
  -- What is signed by it, as JSON.
  statement text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (person_id, subject),
  constraint passkey_challenge_short check (expires_at > created_at and expires_at <= created_at + interval '5 minutes')
);
create index passkey_challenge_age on passkey_challenge (expires_at);

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update on passkey to holdpoint_app;
    grant select, insert, update, delete on passkey_challenge to holdpoint_app;
    grant execute on function holdpoint.passkey_follows() to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: passkeys are kept by the owner of the tables';
end $$;
