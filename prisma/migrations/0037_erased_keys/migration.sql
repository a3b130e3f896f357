-- What is not erased is found by asking for each whether it is: few are, and their keys lie together. What an agent says of its own
-- session is in the way of nothing that is looked for in each decision.
set search_path = public;

create index content_key_erased on content_key (subject_id) where erased_at is not null;
create index session_source_recorded on session_source (agent_id, session, id) where reported_by <> 'agent';
