-- Lets a statement refuse, so that a commit can be sent behind it without waiting for its answer.
create function holdpoint.demand(is_met boolean, what text) returns void language plpgsql as $$
begin
  if is_met is not true then raise exception using errcode = 'HP409', message = what; end if;
end $$;
