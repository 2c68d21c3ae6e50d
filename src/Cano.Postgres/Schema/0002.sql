-- What transactional calls of tasks gave, under their effect keys: committed with what they wrote. `codec` says
-- what encoded it, null for JSON as it is.
create table call (
    run_key bigint not null,
    key text collate "C" not null,
    result bytea not null,
    codec text collate "C",
    primary key (run_key, key)
);
