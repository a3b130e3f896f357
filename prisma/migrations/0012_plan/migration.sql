-- Chains of actions that people agree to as one: each step passes once, in order, for exactly what was shown.
set search_path = public;

create table plan (
  id text collate "C" primary key,
  agent_id text collate "C" not null,
  credential_id text collate "C" not null,
  key text collate "C" not null,
  body_digest bytea not null,
  session text,
  status text not null default 'asked' check (status in ('asked', 'approved', 'cancelled')),
  requirement text not null,
  hold_id text collate "C" not null unique,
  approvers text[] not null default '{}',
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  constraint plan_key unique (agent_id, key),
  check (expires_at > created_at and expires_at <= created_at + interval '1 day'),
  check ((status = 'cancelled') = (ended_at is not null))
);
create index plan_of_agent on plan (agent_id, id desc);

create table plan_step (
  plan_id text collate "C" not null references plan (id),
  n integer not null check (n between 1 and 20),
  digest text not null,
  tool text not null,
  operation text not null,
  passed_by text collate "C" unique,
  passed_at timestamptz,
  primary key (plan_id, n),
  check ((passed_by is null) = (passed_at is null))
);

-- What people agreed to does not change afterwards, and a plan that was taken back stays so.
create function holdpoint.plan_follows() returns trigger language plpgsql as $$
begin
  if (to_jsonb(new) - 'status' - 'approvers' - 'ended_at') is distinct from (to_jsonb(old) - 'status' - 'approvers' - 'ended_at')
    or (new.approvers is distinct from old.approvers and old.status <> 'asked')
    or (new.status <> old.status and not (old.status = 'asked' or (old.status = 'approved' and new.status = 'cancelled'))) then
    raise exception 'plan % cannot go from % to %', old.id, old.status, new.status using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger plan_follows before update on plan for each row execute function holdpoint.plan_follows();

-- A step passes once, after all before it, while its plan stands.
create function holdpoint.step_follows() returns trigger language plpgsql as $$
begin
  if old.passed_by is not null
    or (to_jsonb(new) - 'passed_by' - 'passed_at') is distinct from (to_jsonb(old) - 'passed_by' - 'passed_at')
    or not exists (select from plan where id = new.plan_id and status = 'approved' and expires_at > new.passed_at)
    or exists (select from plan_step where plan_id = new.plan_id and n < new.n and passed_by is null) then
    raise exception 'step % of plan % cannot pass', old.n, old.plan_id using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger step_follows before update on plan_step for each row execute function holdpoint.step_follows();
create trigger plan_stays before delete on plan for each row execute function holdpoint.refuse();
create trigger plan_step_stays before delete on plan_step for each row execute function holdpoint.refuse();

do $$
begin
  if exists (select from pg_roles where rolname = 'holdpoint_app') then
    grant select, insert, update on plan, plan_step to holdpoint_app;
    grant execute on function holdpoint.plan_follows(), holdpoint.step_follows() to holdpoint_app;
  end if;
exception when insufficient_privilege then
  raise notice 'this database user may not grant: triggers alone protect plans';
end $$;
