set search_path = public;

-- A case may want an action narrowed by rule.
alter table policy_case drop constraint policy_case_want_check;
alter table policy_case add constraint policy_case_want_check check (want in ('allow', 'constrain', 'hold', 'deny'));
