-- Somebody who may decide a hold may give it more time. What it had first stays beside it: it is what limits are counted from,
-- and `expires_at` only ever moves later, while the hold is open.
alter table hold add column extended_from timestamptz;
alter table hold add constraint hold_extended check (extended_from is null or extended_from < expires_at);

create function holdpoint.hold_time_only_grows() returns trigger language plpgsql as $$
begin
  if new.expires_at < old.expires_at or old.status <> 'pending' or new.extended_from is null
      or (old.extended_from is not null and new.extended_from is distinct from old.extended_from) then
    raise exception 'the time of hold % cannot move so', old.id using errcode = 'HP001';
  end if;
  return new;
end $$;
create trigger hold_time_only_grows before update of expires_at on hold for each row
  when (new.expires_at is distinct from old.expires_at) execute function holdpoint.hold_time_only_grows();
