-- What has ended stays ended, whoever writes: the tables in lib/*/machine.ts, held by the database as well. Each trigger looks
-- only at updates that name its column, so nothing else pays for it.

create function holdpoint.agent_follows() returns trigger language plpgsql as $$
begin
  if old.status <> new.status and not (old.status = 'registered' or (old.status = 'active' and new.status = 'retired')) then
    raise exception 'agent % cannot go from % to %', old.id, old.status, new.status using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger agent_follows before update of status on agent for each row execute function holdpoint.agent_follows();

create function holdpoint.tool_follows() returns trigger language plpgsql as $$
begin
  if old.status = 'classified' and new.status <> 'classified' then
    raise exception 'what % is has been said', old.id using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger tool_follows before update of status on tool for each row execute function holdpoint.tool_follows();

create function holdpoint.delivery_follows() returns trigger language plpgsql as $$
begin
  if old.status <> 'pending' and new.status <> old.status then
    raise exception 'delivery % has ended as %', old.id, old.status using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger delivery_follows before update of status on delivery for each row execute function holdpoint.delivery_follows();

-- An end that is a time: written once, never taken back.
create function holdpoint.revoked_once() returns trigger language plpgsql as $$
begin
  if old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at then
    raise exception '% has ended', old.id using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger credential_ends_once before update of revoked_at on credential for each row execute function holdpoint.revoked_once();
create trigger sign_in_ends_once before update of revoked_at on sign_in for each row execute function holdpoint.revoked_once();
create trigger scope_ends_once before update of revoked_at on scope for each row execute function holdpoint.revoked_once();

create function holdpoint.invitation_once() returns trigger language plpgsql as $$
begin
  if (old.used_at is not null or old.revoked_at is not null)
      and (new.used_at is distinct from old.used_at or new.revoked_at is distinct from old.revoked_at) then
    raise exception 'invitation % has ended', old.id using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger invitation_once before update of used_at, revoked_at on invitation for each row execute function holdpoint.invitation_once();

create function holdpoint.lifted_once() returns trigger language plpgsql as $$
begin
  if old.lifted_at is not null and new.lifted_at is distinct from old.lifted_at then
    raise exception 'switch % has been lifted', old.id using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger containment_lifted_once before update of lifted_at on containment for each row execute function holdpoint.lifted_once();

-- No switch reaches a change, and nobody withdraws one for its agent. Rows that are there already cannot be such.
alter table hold add constraint hold_stops check (status not in ('withdrawn', 'contained') or kind = 'action') not valid;

-- A change is carried out only after people have agreed to it: from `pending` it cannot be applied, nor have failed.
create or replace function holdpoint.hold_ends_once() returns trigger language plpgsql as $$
begin
  if new.status is distinct from old.status and (
      (old.status = 'pending' and new.status in ('applied', 'failed'))
      or (old.status <> 'pending'
        and not (old.kind = 'change' and old.status = 'approved' and new.status in ('applied', 'failed')))) then
    raise exception 'hold % cannot go from % to %', old.id, old.status, new.status using errcode = 'HP001';
  end if;
  return new;
end $$;
