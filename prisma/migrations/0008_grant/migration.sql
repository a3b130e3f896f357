-- Standing approvals: proposed with the change that asks for them, active once people agreed, revoked by whoever may.
create table standing_grant (
  id text collate "C" primary key,
  kind text not null check (kind in ('standing', 'envelope', 'break_glass')),
  agent_id text collate "C" not null,
  session text,
  task text,
  reason text not null,
  lines text not null,
  basis text not null,
  approvals integer not null check (approvals >= 1),
  seconds integer not null check (seconds between 1 and 2592000),
  status text not null default 'proposed' check (status in ('proposed', 'active', 'revoked')),
  hold_id text collate "C" not null,
  requested_by text,
  key text,
  body_digest bytea,
  approved_by text[] not null default '{}',
  created_at timestamptz not null,
  active_from timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  revoke_reason text,
  -- When it was found to be over, and why: what is over stays over.
  closed_at timestamptz,
  closed_why text,
  told_at timestamptz,
  reviewed_at timestamptz,
  reviewed_by text,
  review_verdict text check (review_verdict in ('justified', 'not_justified')),
  review_note text,
  check (status = 'proposed' or (active_from is not null and expires_at is not null)),
  check ((status = 'revoked') = (revoked_at is not null))
);
create unique index standing_grant_key on standing_grant (agent_id, key);
create unique index standing_grant_hold on standing_grant (hold_id);
create index standing_grant_of_agent on standing_grant (agent_id, id desc);
create index standing_grant_open on standing_grant (expires_at) where status = 'active' and closed_at is null;
create index standing_grant_review on standing_grant (id) where kind = 'break_glass' and status <> 'proposed' and reviewed_at is null;

-- What has been used of each line. The checks hold what the gate promises: never more than people agreed to.
create table grant_use (
  line_id text collate "C" primary key,
  grant_id text collate "C" not null references standing_grant (id),
  most integer not null check (most >= 1),
  count integer not null default 0 check (count >= 0),
  amount_most numeric(20, 4),
  amount numeric(20, 4) not null default 0 check (amount >= 0),
  last_at timestamptz,
  check (count <= most),
  check (amount_most is null or amount <= amount_most)
);
create index grant_use_of_grant on grant_use (grant_id);

create function holdpoint.grant_follows() returns trigger language plpgsql as $$
begin
  if new.status <> old.status and not (
      (old.status = 'proposed' and new.status = 'active') or (old.status = 'active' and new.status = 'revoked')) then
    raise exception 'grant % cannot go from % to %', old.id, old.status, new.status using errcode = 'HP001';
  end if;
  if old.closed_at is not null and new.closed_at is distinct from old.closed_at then
    raise exception 'grant % is over', old.id using errcode = 'HP001';
  end if;
  if new.lines <> old.lines or new.agent_id <> old.agent_id or new.basis <> old.basis or new.seconds <> old.seconds
      or new.session is distinct from old.session or new.task is distinct from old.task
      or (old.expires_at is not null and new.expires_at > old.expires_at) then
    raise exception 'what people agreed to in grant % stays', old.id using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger grant_follows before update on standing_grant for each row execute function holdpoint.grant_follows();
create trigger grant_stays before delete on standing_grant for each row execute function holdpoint.refuse();

-- Uses only grow, and their limits stay.
create function holdpoint.use_grows() returns trigger language plpgsql as $$
begin
  if new.count < old.count or new.amount < old.amount or new.most <> old.most
      or new.amount_most is distinct from old.amount_most then
    raise exception 'uses of line % only grow', old.line_id using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger use_grows before update on grant_use for each row execute function holdpoint.use_grows();
create trigger use_stays before delete on grant_use for each row execute function holdpoint.refuse();

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update, delete on standing_grant, grant_use to holdpoint_app;
    grant execute on function holdpoint.grant_follows(), holdpoint.use_grows() to holdpoint_app;
  end if;
end $$;
