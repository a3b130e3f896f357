-- An agent has few webhooks that are live, and may have revoked any number.
set search_path = public;

create index webhook_live on webhook (agent_id, id) where revoked_at is null;
