-- What people last approved of the same agent and tool: the decision screen says what is different now.
create index action_approved on action (agent_id, tool, id desc) where status = 'approved';
