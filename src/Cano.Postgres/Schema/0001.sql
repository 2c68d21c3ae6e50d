-- Fences rise for ever, those of forgotten runs too. 1 is what a writer comes with that nobody gave one.
create sequence fence as bigint minvalue 2;

create sequence epoch as bigint;

-- The nodes that live. Who is not here any more was declared dead, or has left. `beats_since`: without a gap,
-- and the clock was not set back; null until it beats again.
create table node (
    name text collate "C" primary key,
    epoch bigint not null unique,
    span interval not null,
    beats_since timestamptz,
    beat_at timestamptz not null,
    until timestamptz not null
) with (fillfactor = 50);

-- One head a run: what an append is judged by, and what a list tells. An append changes no column that an
-- index has, but at the run's end. Instants are units of 100 ns since 0001-01-01 UTC, 0 for none.
create table run (
    run_id text collate "C" primary key,
    run_key bigint not null generated always as identity,
    fence bigint not null,
    next_seq bigint not null,
    owner bigint,
    is_worked_on boolean not null,
    tries integer not null,
    visit bigint not null,
    status smallint not null,
    ended bigint not null,
    updated bigint not null,
    wakes bigint not null,
    version bigint not null,
    state text collate "C",
    category text collate "C",
    started bigint not null,
    workflow text collate "C" not null,
    parent text collate "C",
    tags text[] collate "C",
    is_reserved boolean not null,
    counts boolean not null,
    inbox_next bigint not null default 0,
    entries_from bigint not null default 0,
    cancels_from bigint not null default 0,
    signals_left integer not null default 0,
    ids_next bigint not null default 0
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02);

create index run_in_order on run (started desc, run_id);
create index run_unfinished on run (started desc, run_id) where ended = 0;
create index run_of_owner on run (owner) where owner is not null;
create index run_of_parent on run (parent) where parent is not null;
create index run_tagged on run using gin (tags) where tags is not null;
create index run_ended on run (workflow, ended, run_id) where counts;

create table run_row (
    run_key bigint not null,
    seq bigint not null,
    fence bigint not null,
    body bytea not null,
    primary key (run_key, seq)
);

-- What was accepted for a run and not taken. `heard`: the transaction, by which other processes find it.
create table inbox (
    run_key bigint not null,
    number bigint not null,
    kind smallint not null,
    name text collate "C",
    accepted bigint not null,
    body bytea not null,
    heard xid8 not null default pg_current_xact_id(),
    primary key (run_key, number)
);

create index inbox_heard on inbox (heard);

-- The ids of entries that a run has seen, as hashes.
create table seen (
    run_key bigint not null,
    id uuid not null,
    number bigint not null,
    primary key (run_key, id)
);
