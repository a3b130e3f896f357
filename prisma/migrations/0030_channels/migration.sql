-- By which channels people are told, how these have gone lately, and what an organisation itself is told of.
set search_path = public;

-- What a person has said of it; who has no row is told by every channel that reaches them, at any hour.
create table notice_preference (
  person_id text collate "C" primary key,
  preference text not null,
  version integer not null default 1,
  changed_at timestamptz not null
);

-- The workspace that a bot writes in; its token and the secret that Slack signs with are sealed under a key of their own.
create table slack_workspace (
  id text collate "C" primary key,
  team_id text not null,
  name text not null,
  bot_user_id text not null,
  wrapped bytea,
  sealed bytea,
  connected_at timestamptz not null,
  connected_by text collate "C" not null,
  removed_at timestamptz,
  constraint slack_workspace_secrets check ((wrapped is null) = (sealed is null) and (sealed is null) = (removed_at is not null))
);
create unique index slack_workspace_one on slack_workspace ((true)) where removed_at is null;
create trigger slack_workspace_ends_once before update on slack_workspace for each row execute function holdpoint.removed_once();

-- Who a Slack user is: said by the signed-in person alone, with a code that only that Slack user was sent.
create table slack_link (
  id text collate "C" primary key,
  person_id text collate "C" not null,
  workspace_id text collate "C" not null,
  slack_user_id text not null,
  code_hash bytea,
  tries integer not null default 0,
  asked_at timestamptz not null,
  linked_at timestamptz,
  removed_at timestamptz
);
create unique index slack_link_of_person on slack_link (person_id) where removed_at is null;
create unique index slack_link_of_user on slack_link (workspace_id, slack_user_id) where removed_at is null and linked_at is not null;
create trigger slack_link_ends_once before update on slack_link for each row execute function holdpoint.removed_once();

-- What was shown of a hold to whom in Slack: a button there names the hold alone.
create table slack_message (
  hold_id text collate "C" not null,
  person_id text collate "C" not null,
  channel text not null,
  ts text not null,
  shown_digest text not null,
  sent_at timestamptz not null,
  primary key (hold_id, person_id)
);

-- Requests that Slack has signed and that were taken: each counts once. Older ones are refused by their time.
create table slack_request (
  mark bytea primary key,
  taken_at timestamptz not null
);
create index slack_request_at on slack_request (taken_at);

-- Browsers and phones that take notices. The address of one is a secret: whoever has it may write to it.
create table push_device (
  id text collate "C" primary key,
  person_id text collate "C" not null,
  name text not null,
  mark bytea not null,
  wrapped bytea,
  sealed bytea,
  added_at timestamptz not null,
  last_success_at timestamptz,
  removed_at timestamptz,
  constraint push_device_secrets check ((wrapped is null) = (sealed is null) and (sealed is null) = (removed_at is not null))
);
create unique index push_device_once on push_device (mark) where removed_at is null;
create index push_device_of_person on push_device (person_id) where removed_at is null;
create trigger push_device_ends_once before update on push_device for each row execute function holdpoint.removed_once();

-- How a channel has gone lately.
create table channel_health (
  channel text primary key check (channel in ('mail', 'slack', 'push')),
  last_success_at timestamptz,
  last_failure_at timestamptz,
  last_error text,
  failures integer not null default 0
);
insert into channel_health (channel) values ('mail'), ('slack'), ('push');

-- A webhook belongs to an agent, or to the organisation: that one is told of holds, by what has been numbered in the log.
alter table webhook alter column agent_id drop not null;
alter table webhook add column types text[] not null default '{}';
alter table webhook add column told_to bigint not null default 0;
alter table webhook add constraint webhook_told check ((agent_id is null) = (cardinality(types) > 0));
create index webhook_of_organisation on webhook (id desc) where agent_id is null;

-- Each channel has a line of its own, and what was given up is listed by channel.
create index delivery_due_by_channel on delivery (split_part(destination, ':', 1), due_at) where status = 'pending';
create index delivery_dead_by_channel on delivery (split_part(destination, ':', 1), id desc) where status = 'dead';

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update on notice_preference, slack_workspace, slack_link, slack_message, push_device, channel_health to holdpoint_app;
    grant select, insert, delete on slack_request to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: channels are kept by the owner of the tables';
end $$;
