-- What a program says that its person has typed is kept with what others recorded, told apart by who reports it.
set search_path = public;

alter table session_source drop constraint session_source_reported_by_check;
alter table session_source add constraint session_source_reported_by_check
  check (reported_by in ('gateway', 'harness') or reported_by = 'agent' and kind = 'user');
