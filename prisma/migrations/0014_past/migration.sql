-- What an agent has asked of a tool lately: counts, denials and sums that policy may judge. Reads are not counted.
create index action_past on action (agent_id, tool, created_at desc) where operation <> 'read';
