-- How many tools of one source, or of one agent, nobody has classified is asked for at every report and every first use.
set search_path = public;

create index tool_unclassified_source on tool (source) where status = 'unclassified';
create index tool_unclassified_agent on tool (first_seen_agent) where status = 'unclassified' and first_seen_agent is not null;

-- A call that a hook asks about is looked for by what it does, and what waits of its session by when it was asked.
create index action_hooked on action (agent_id, session, digest) where starts_with(key, 'claude-code ');
create index action_hook_held on action (agent_id, session, id) where starts_with(key, 'claude-code ') and hold_id is not null;
