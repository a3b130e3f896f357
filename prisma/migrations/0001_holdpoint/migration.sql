-- Holdpoint, first migration. Ids are prefixed ULIDs compared byte by byte (collate "C"), so that keyset pages are stable.
-- No foreign keys from action, hold or event to agent, credential or policy: the gate's insert must never wait for a lock there.

create schema if not exists holdpoint;
-- A database user called holdpoint has this schema first on its path; the tables stand in public whoever migrates.
set search_path = public;

-- The one clock. Tests replace this function in their own database; nothing else tells the time.
create function holdpoint.now() returns timestamptz language sql volatile as 'select clock_timestamp()';

create function holdpoint.refuse() returns trigger language plpgsql as $$
begin
  raise exception '% on % is refused: this record is written once', tg_op, tg_table_name using errcode = 'HP001';
end $$;

-- ── settings ────────────────────────────────────────────────────────────────────────────────────────────────────────
create table organisation (
  id text primary key check (id = 'org'),
  name text not null,
  demo boolean not null default false,
  key_fingerprint text,
  instance_epoch bigint not null default 1,
  settings text not null default '{}',
  version integer not null default 1,
  created_at timestamptz not null default holdpoint.now()
);
-- One number that moves with everything the gate caches (lib/gate/registry). Read in the statement after the guard.
create table registry (id integer primary key check (id = 1), version bigint not null);
insert into registry values (1, 1);
create sequence containment_epoch as bigint start 1;

-- ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────
create table person (
  id text collate "C" primary key,
  email text collate "C" not null unique check (email = lower(email) and email ~ '^[!-~]+@[!-~]+$'),
  email_skeleton text collate "C" not null,
  name text not null,
  password_hash text,
  status text not null default 'active' check (status in ('active', 'disabled')),
  session_version integer not null default 1,
  created_at timestamptz not null default holdpoint.now(),
  version integer not null default 1
);
create index person_skeleton on person (email_skeleton);
create table identity (
  issuer text not null,
  subject text not null,
  person_id text collate "C" not null references person,
  created_at timestamptz not null default holdpoint.now(),
  primary key (issuer, subject)
);
create index identity_person on identity (person_id);
create table sign_in (
  id text collate "C" primary key,
  person_id text collate "C" not null references person,
  method text not null,
  user_agent text,
  remote text,
  created_at timestamptz not null default holdpoint.now(),
  confirmed_at timestamptz not null default holdpoint.now(),
  last_seen_at timestamptz not null default holdpoint.now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index sign_in_person on sign_in (person_id, created_at desc) where revoked_at is null;
create table invitation (
  id text collate "C" primary key,
  email text collate "C" not null,
  name text,
  roles text not null,
  token_hash bytea not null unique,
  invited_by text collate "C" not null,
  created_at timestamptz not null default holdpoint.now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  revoked_at timestamptz
);
create table setup_token (
  token_hash bytea primary key,
  created_at timestamptz not null default holdpoint.now(),
  used_at timestamptz
);
create table team (
  id text collate "C" primary key,
  name text not null unique,
  created_at timestamptz not null default holdpoint.now(),
  version integer not null default 1
);
create table role_assignment (
  person_id text collate "C" not null references person,
  role text not null check (role in ('administrator', 'governor', 'approver', 'auditor', 'viewer')),
  team_id text collate "C" references team,
  granted_by text collate "C" not null,
  created_at timestamptz not null default holdpoint.now()
);
create unique index role_assignment_once on role_assignment (person_id, role, coalesce(team_id, ''));

-- ── applications and agents ─────────────────────────────────────────────────────────────────────────────────────────
create table application (
  id text collate "C" primary key,
  name text not null unique,
  purpose text not null default '',
  team_id text collate "C" not null references team,
  owner_id text collate "C" not null references person,
  backup_id text collate "C" references person,
  created_by text collate "C" not null,
  created_at timestamptz not null default holdpoint.now(),
  version integer not null default 1,
  check (backup_id is null or backup_id <> owner_id)
);
create table agent (
  id text collate "C" primary key,
  name text not null unique,
  name_skeleton text collate "C" not null unique,
  kind text not null check (kind in ('ai_agent', 'service_account', 'workload', 'oauth_app', 'api_key', 'bot')),
  purpose text not null default '',
  application_id text collate "C" not null references application,
  environment text not null check (environment in ('development', 'staging', 'production')),
  tier text not null default 'standard' check (tier in ('low', 'standard', 'high', 'critical')),
  owner_id text collate "C" references person,
  backup_id text collate "C" references person,
  status text not null default 'registered' check (status in ('registered', 'active', 'retired')),
  limits text not null default '{}',
  created_by text collate "C" not null,
  created_at timestamptz not null default holdpoint.now(),
  retired_at timestamptz,
  last_seen_at timestamptz,
  version integer not null default 1,
  check (owner_id is null or backup_id is null or backup_id <> owner_id)
);
create index agent_application on agent (application_id);
create index agent_owner on agent (owner_id);
-- Who answered for what, and when: four eyes looks back 30 days (INV-18). A row is closed, never changed otherwise.
create table accountability (
  id bigint generated always as identity primary key,
  subject_id text collate "C" not null,
  person_id text collate "C" not null,
  relation text not null check (relation in ('owner', 'backup', 'creator', 'key_holder', 'scope_editor')),
  since timestamptz not null default holdpoint.now(),
  until timestamptz
);
create index accountability_subject on accountability (subject_id, person_id);
create index accountability_open on accountability (subject_id, relation) where until is null;
create table credential (
  id text collate "C" primary key,
  agent_id text collate "C" not null references agent,
  name text not null,
  hash bytea not null unique,
  created_by text collate "C" not null,
  created_at timestamptz not null default holdpoint.now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  exposed_at timestamptz,
  last_used_at timestamptz
);
create index credential_agent on credential (agent_id, created_at desc);
create table scope (
  id text collate "C" primary key,
  agent_id text collate "C" not null references agent,
  tool_pattern text not null,
  resource_pattern text not null default '*',
  operations text[] not null,
  ceiling text not null check (ceiling in ('public', 'internal', 'confidential', 'restricted')),
  environments text[] not null,
  tenants text[] not null default '{*}',
  ask text not null default 'high_impact' check (ask in ('never', 'high_impact', 'writes')),
  created_by text collate "C" not null,
  created_at timestamptz not null default holdpoint.now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
create index scope_agent on scope (agent_id) where revoked_at is null;

-- ── containment ─────────────────────────────────────────────────────────────────────────────────────────────────────
create table containment (
  id text collate "C" primary key,
  target_type text not null check (target_type in
    ('organisation', 'team', 'owner', 'agent', 'session', 'instance', 'tool', 'environment', 'credential')),
  target_id text not null default '',
  level text not null check (level in ('watched', 'guarded', 'paused', 'quarantined', 'killed')),
  reason text not null,
  by_id text collate "C" not null,
  epoch bigint not null default nextval('containment_epoch'),
  created_at timestamptz not null,
  lifted_at timestamptz,
  lifted_by text collate "C",
  lift_reason text,
  check ((lifted_at is null) = (lifted_by is null)),
  check (lifted_at is null or lifted_at >= created_at)
);
create unique index containment_in_force on containment (target_type, target_id, level) where lifted_at is null;
create index containment_reach on containment (target_type, target_id);

-- ── tools ───────────────────────────────────────────────────────────────────────────────────────────────────────────
create table tool (
  id text collate "C" primary key,
  name text collate "C" not null unique,
  source text not null default '',
  description text not null default '',
  schema text,
  schema_digest text,
  status text not null default 'unclassified' check (status in ('unclassified', 'classified')),
  operation text check (operation in ('read', 'create', 'update', 'delete', 'execute', 'send', 'pay', 'deploy', 'secret',
    'privilege', 'revoke', 'delegate')),
  reversible boolean,
  external boolean not null default false,
  asks_person boolean not null default false,
  sensitivity text check (sensitivity in ('public', 'internal', 'confidential', 'restricted')),
  parameters text not null default '{}',
  sentence text,
  hints text not null default '{}',
  first_seen_agent text collate "C",
  classify_hold_id text collate "C",
  classified_by text collate "C",
  classified_at timestamptz,
  created_at timestamptz not null default holdpoint.now(),
  version integer not null default 1,
  check (status = 'unclassified' or (operation is not null and reversible is not null and classified_by is not null))
);
create table resource_pattern (
  id text collate "C" primary key,
  type_pattern text not null,
  id_pattern text not null,
  environment text check (environment in ('development', 'staging', 'production')),
  tenant text,
  classification text check (classification in ('public', 'internal', 'confidential', 'restricted')),
  created_by text collate "C" not null,
  created_at timestamptz not null default holdpoint.now(),
  version integer not null default 1
);

-- ── policy ──────────────────────────────────────────────────────────────────────────────────────────────────────────
create table policy_version (
  version integer primary key,
  source text not null,
  digest text not null,
  note text not null default '',
  hold_id text collate "C",
  published_by text collate "C" not null,
  published_at timestamptz not null
);
create trigger policy_version_is_for_ever before update or delete on policy_version
  for each row execute function holdpoint.refuse();

-- ── content: apart from everything else, encrypted with a key of its own subject, erased by destroying that key ─────
create table content_key (
  subject_id text collate "C" primary key,
  wrapped bytea,
  erased_at timestamptz,
  erased_by text collate "C",
  check ((wrapped is null) = (erased_at is not null))
);
create table content (
  subject_id text collate "C" not null,
  part text not null,
  sealed bytea not null,
  primary key (subject_id, part)
);

-- ── actions ─────────────────────────────────────────────────────────────────────────────────────────────────────────
create table action (
  id text collate "C" primary key,
  agent_id text collate "C" not null,
  credential_id text collate "C" not null,
  key text collate "C" not null,
  body_digest bytea,
  digest text,
  tool text collate "C" not null,
  operation text not null,
  resource_type text,
  environment text not null,
  tenant text,
  classification text not null,
  reversible boolean not null,
  amount numeric(20, 4),
  currency text,
  session text collate "C" not null,
  instance text collate "C",
  acting_for text collate "C",
  revises text collate "C",
  facts text not null,
  status text not null check (status in
    ('held', 'deferred', 'allowed', 'denied', 'approved', 'rejected', 'expired', 'cancelled', 'contained')),
  decision text,
  decided_at timestamptz,
  execute_by timestamptz,
  hold_id text collate "C",
  created_at timestamptz not null,
  expires_at timestamptz,
  outcome text check (outcome in ('succeeded', 'failed', 'unknown', 'rolled_back')),
  outcome_digest bytea,
  outcome_at timestamptz,
  reconciled_at timestamptz,
  constraint action_key unique (agent_id, key),
  constraint action_decided check ((status in ('held', 'deferred')) = (decision is null)),
  constraint action_decided_at check ((decision is null) = (decided_at is null)),
  constraint action_outcome check (outcome is null or status in ('allowed', 'approved'))
);
create index action_of_agent on action (agent_id, id desc);
create index action_of_session on action (agent_id, session, id desc);
create index action_of_hold on action (hold_id) where hold_id is not null;
create index action_rejected on action (agent_id, digest, decided_at desc) where status = 'rejected';
create index action_unknown on action (agent_id, digest) where outcome = 'unknown' and reconciled_at is null;
create index action_open on action (agent_id) where status in ('held', 'deferred');
create index action_due on action (expires_at) where status in ('held', 'deferred') and expires_at is not null;
create index action_tool on action (tool, id desc);
create index action_status on action (status, id desc);

-- A decision is written once: what stands can be neither changed nor taken back (INV-02).
create function holdpoint.decision_is_for_ever() returns trigger language plpgsql as $$
begin
  if old.decision is not null and (new.decision is distinct from old.decision or new.status is distinct from old.status
      or new.decided_at is distinct from old.decided_at or new.execute_by is distinct from old.execute_by) then
    raise exception 'the decision of % is written once', old.id using errcode = 'HP001';
  end if;
  if new.agent_id is distinct from old.agent_id or new.key is distinct from old.key or new.tool is distinct from old.tool
      or (new.digest is distinct from old.digest and new.digest is not null) then
    raise exception 'what % is cannot change', old.id using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger action_decision_is_for_ever before update on action
  for each row execute function holdpoint.decision_is_for_ever();
create trigger action_stays before delete on action for each row execute function holdpoint.refuse();

-- ── holds and reviews ───────────────────────────────────────────────────────────────────────────────────────────────
create table hold (
  id text collate "C" primary key,
  kind text not null check (kind in ('action', 'change')),
  action_id text collate "C",
  agent_id text collate "C",
  team_id text collate "C",
  tool text collate "C",
  operation text,
  status text not null default 'pending' check (status in
    ('pending', 'approved', 'rejected', 'expired', 'withdrawn', 'contained', 'applied', 'failed')),
  requirement text not null,
  shown_digest text not null,
  risk integer not null default 0,
  why text not null,
  epoch bigint not null,
  opened_at timestamptz not null,
  expires_at timestamptz not null,
  due_at timestamptz not null,
  half_at timestamptz,
  told_at timestamptz,
  decided_at timestamptz,
  first_seen_at timestamptz,
  change_kind text,
  subject_id text collate "C",
  based_on text,
  proposed_by text collate "C",
  failure text,
  version integer not null default 1,
  constraint hold_kind check ((kind = 'action') = (action_id is not null)),
  constraint hold_change check ((kind = 'change') = (change_kind is not null)),
  constraint hold_decided check ((status = 'pending') = (decided_at is null)),
  constraint hold_lives check (expires_at > opened_at and expires_at <= opened_at + interval '30 days'),
  constraint hold_applied check (status not in ('applied', 'failed') or kind = 'change')
);
create unique index hold_of_action on hold (action_id) where action_id is not null and status = 'pending';
create unique index hold_of_change on hold (change_kind, subject_id) where kind = 'change' and status = 'pending';
-- `expires_at` never moves; `due_at` is when the sweep looks again, since a pause gives time back.
create index hold_due on hold (due_at) where status = 'pending';
create index hold_epoch on hold (epoch) where status = 'pending' and kind = 'action';
create index hold_half on hold (half_at) where status = 'pending' and half_at is not null;
create index hold_untold on hold (opened_at) where status = 'pending' and told_at is null;
create index hold_open_agent on hold (agent_id) where status = 'pending';
create index hold_open_team on hold (team_id, expires_at) where status = 'pending';
create index hold_to_apply on hold (decided_at) where kind = 'change' and status = 'approved';
create index hold_closed on hold (decided_at desc, id desc) where status <> 'pending';
create index hold_queue on hold ((-risk), due_at, id) where status = 'pending';
create index hold_recent on hold (opened_at desc, id desc);
create index hold_agent_closed on hold (agent_id, id desc);

create function holdpoint.hold_ends_once() returns trigger language plpgsql as $$
begin
  if old.status <> 'pending' and new.status is distinct from old.status
      and not (old.kind = 'change' and old.status = 'approved' and new.status in ('applied', 'failed')) then
    raise exception 'hold % has ended as %', old.id, old.status using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger hold_ends_once before update on hold for each row execute function holdpoint.hold_ends_once();
create trigger hold_stays before delete on hold for each row execute function holdpoint.refuse();

create table review (
  id text collate "C" primary key,
  hold_id text collate "C" not null references hold,
  person_id text collate "C" not null references person,
  verdict text not null check (verdict in ('approve', 'reject', 'ask', 'pass')),
  digest text not null,
  self boolean not null default false,
  key text collate "C",
  dwell_ms integer,
  created_at timestamptz not null,
  voided_at timestamptz,
  void_reason text
);
create unique index review_live on review (hold_id, digest, person_id)
  where verdict in ('approve', 'reject') and voided_at is null;
create unique index review_key on review (person_id, key) where key is not null;
create index review_of_hold on review (hold_id, created_at);
create table hold_view (
  hold_id text collate "C" not null references hold,
  person_id text collate "C" not null references person,
  digest text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (hold_id, person_id)
);

-- ── sessions of agents (a reading aid, flushed every few seconds; the truth is in action) ───────────────────────────
create table session (
  agent_id text collate "C" not null,
  session text collate "C" not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (agent_id, session)
);
create index session_recent on session (last_at desc);

-- ── the log ─────────────────────────────────────────────────────────────────────────────────────────────────────────
create table event (
  id bigint generated always as identity primary key,
  type text not null,
  subjects text[] collate "C" not null,
  body text not null,
  at timestamptz not null
);
create index event_subjects on event using gin (subjects);
create index event_type on event (type, id desc);
create index event_at on event (at);
create table log_entry (
  seq bigint primary key check (seq >= 0),
  event_id bigint not null unique,
  leaf bytea not null check (length(leaf) = 32)
);
create table log_node (
  level integer not null,
  index bigint not null,
  hash bytea not null check (length(hash) = 32),
  primary key (level, index)
);
create table log_head (
  id integer primary key check (id = 1),
  mark bigint not null,
  size bigint not null,
  skipped bigint[] not null default '{}'
);
insert into log_head values (1, 0, 0);
create table checkpoint (
  size bigint primary key,
  root bytea not null,
  note text not null,
  at timestamptz not null
);
create trigger event_is_for_ever before update or delete on event for each row execute function holdpoint.refuse();
create trigger event_is_not_emptied before truncate on event for each statement execute function holdpoint.refuse();
create trigger log_entry_is_for_ever before update or delete on log_entry for each row execute function holdpoint.refuse();
create trigger log_entry_is_not_emptied before truncate on log_entry for each statement execute function holdpoint.refuse();
create trigger log_node_is_for_ever before update or delete on log_node for each row execute function holdpoint.refuse();
create trigger checkpoint_is_for_ever before update or delete on checkpoint for each row execute function holdpoint.refuse();

-- ── deliveries: the outbox ──────────────────────────────────────────────────────────────────────────────────────────
create table delivery (
  id bigint generated always as identity primary key,
  subject_id text collate "C" not null,
  kind text not null,
  destination text not null,
  payload text not null,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'dead')),
  attempts integer not null default 0,
  due_at timestamptz not null,
  created_at timestamptz not null,
  done_at timestamptz,
  error text,
  unique (subject_id, kind, destination)
);
create index delivery_due on delivery (due_at) where status = 'pending';

insert into organisation (id, name) values ('org', 'Holdpoint');

-- ── the application's own role: may add to the log, never change it ──────────────────────────────────────────────────
-- Where the owner may not create roles the triggers above hold the line alone, and health says so.
do $$
begin
  if not exists (select from pg_roles where rolname = 'holdpoint_app') then
    begin
      create role holdpoint_app nologin;
    exception when duplicate_object then null;
    end;
  end if;
  execute format('grant holdpoint_app to %I', current_user);
  grant usage on schema public, holdpoint to holdpoint_app;
  grant select, insert, update, delete on all tables in schema public to holdpoint_app;
  grant usage, select on all sequences in schema public to holdpoint_app;
  grant execute on all functions in schema holdpoint to holdpoint_app;
  revoke update, delete, truncate on event, log_entry, log_node, checkpoint, policy_version from holdpoint_app;
  revoke delete on action, hold, review from holdpoint_app;
exception when insufficient_privilege then
  raise notice 'this database user may not create roles: triggers alone protect the log';
end $$;
