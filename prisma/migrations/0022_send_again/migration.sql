-- A message that was given up may be sent again, from its first try on, when somebody asks for it. What has arrived stays so.
set search_path = public, holdpoint;

create or replace function holdpoint.delivery_follows() returns trigger language plpgsql as $$
begin
  if old.status <> 'pending' and new.status <> old.status
      and not (old.status = 'dead' and new.status = 'pending' and new.attempts = 0) then
    raise exception 'delivery % cannot go from % to %', old.id, old.status, new.status using errcode = 'HP001';
  end if;
  return new;
end $$;

create index delivery_dead_to on delivery (destination, id) where status = 'dead';
