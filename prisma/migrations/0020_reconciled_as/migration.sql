-- How a person said that an action of unknown outcome had ended: what waits for it goes by that.
set search_path = public;

alter table action
  add column reconciled_as text check (reconciled_as in ('succeeded', 'failed')),
  add constraint action_reconciled_as check (reconciled_as is null or reconciled_at is not null);
