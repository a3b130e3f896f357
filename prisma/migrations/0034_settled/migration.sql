-- Who is new counts later for what is of critical risk; and how long each person had before them what is shown now.
set search_path = public;

-- Roles given until then are those that the organisation began with: they count at once. Null: nobody is there yet.
alter table organisation add column founding_until timestamptz;
update organisation set founding_until = holdpoint.now() where exists (select from person);

-- Since when this person has had what `digest` names before them; `first_at` is of whatever was shown first.
alter table hold_view add column shown_at timestamptz;
update hold_view set shown_at = last_at;
-- An instance of the version before writes rows without it, while both run.
alter table hold_view alter column shown_at set default holdpoint.now(), alter column shown_at set not null;
