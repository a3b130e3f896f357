-- A table that takes no row without a permit. The executing system (executor.ts) has the permit verified by Holdpoint and then
-- writes it into `permit_used`; the trigger lets a payment through only in that same transaction, only for exactly the
-- arguments that were permitted, and once.
--
-- PostgreSQL has no Ed25519: it does not check the signature itself. It holds whoever writes payments to having gone through
-- the role `bank_executor`, which only the executing system may be. Whoever can become that role can write without a permit.

create table payment (
  id bigint generated always as identity primary key,
  recipient text not null,
  amount numeric(12, 2) not null check (amount > 0),
  permit_id text not null unique
);

create table permit_used (
  permit_id text primary key,
  receipt text not null unique,
  tool text not null,
  params jsonb not null,
  at timestamptz not null default clock_timestamp(),
  -- The transaction that used it: no other may lean on it.
  used_in xid8 not null default pg_current_xact_id()
);

create function payment_needs_permit() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op <> 'INSERT' then
    raise exception 'a payment is written once' using errcode = 'insufficient_privilege';
  end if;
  if not exists (
    select from permit_used p
    where p.permit_id = new.permit_id and p.used_in = pg_current_xact_id() and p.tool = 'send_money'
      and p.params = jsonb_build_object('recipient', new.recipient, 'amount', new.amount::text)
  ) then
    raise exception 'no permit for this payment' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger payment_needs_permit before insert or update or delete on payment
  for each row execute function payment_needs_permit();

-- What was used stays: a permit's row is neither changed nor taken back.
create function permit_used_stays() returns trigger language plpgsql as $$
begin
  raise exception 'a permit is used once' using errcode = 'insufficient_privilege';
end $$;
create trigger permit_used_stays before update or delete on permit_used for each row execute function permit_used_stays();

create role bank_application nologin;
create role bank_executor nologin;
grant usage on schema public to bank_application, bank_executor;
grant select, insert on payment to bank_application, bank_executor;
grant select, insert on permit_used to bank_executor;
