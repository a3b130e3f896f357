-- What is not erased is found by asking for each whether it is: few are, and their keys lie together.
set search_path = public;

create index content_key_erased on content_key (subject_id) where erased_at is not null;
