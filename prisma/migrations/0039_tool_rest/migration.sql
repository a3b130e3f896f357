-- What a definition says beside its description and the schema of its arguments (title, hints, form of the answers): pinned like
-- them, because models and clients read it too. Of tools that are known already it is not known, and is taken when next told.
set search_path = public;

alter table tool
  add column rest text,
  add column drift_rest text;
