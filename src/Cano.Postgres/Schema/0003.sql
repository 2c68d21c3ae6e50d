-- Runs that wait and are nobody's. `due`: when one is to be woken, in the units of `wakes`, 0 for at once; null
-- where it is not parked. `is_rung`: something came for it since it was claimed. `due_call`: which call claimed it
-- when it was due. `tells`: it has ended, and its parent has not been rung for. Only parking, a claim and what comes
-- for a parked run change the first, and only an end the last, so that appends change no index.
alter table run
    add column due bigint,
    add column is_rung boolean not null default false,
    add column due_call bigint,
    add column tells boolean not null default false;

create index run_due on run (due) where due is not null;
create index run_tells on run (run_id) where tells;
