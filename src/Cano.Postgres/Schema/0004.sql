-- The nodes that wait for a run's end and want to be told, where somebody carries that. No index has it.
alter table run add column waiters bigint[];

-- The silos of Orleans, where it carries hints between nodes: who they are by the rules of its own protocol.
-- No run goes by them. `version` is one higher with each change of a cluster's rows but a sign of life.
create table silo_version (
    cluster text collate "C" primary key,
    version integer not null
);

create table silo (
    cluster text collate "C" not null,
    address text collate "C" not null,
    etag integer not null,
    status smallint not null,
    name text not null,
    host text not null,
    proxy_port integer not null,
    started timestamptz not null,
    alive timestamptz not null,
    suspecting text[] not null,
    suspected timestamptz[] not null,
    primary key (cluster, address)
);

-- Which silo the process of a node is.
create table silo_node (
    node bigint primary key,
    address text collate "C" not null
);
