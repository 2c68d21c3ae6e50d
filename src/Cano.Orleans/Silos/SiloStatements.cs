namespace Cano.Orleans.Silos;

/// <summary>The statements about silos. Each change is one statement, which changes the version of its
/// cluster's rows from what its asker has read, or nothing.</summary>
internal static class SiloStatements
{
    public const string Initialize = """
        insert into cano.silo_version (cluster, version) values ($1, 0) on conflict do nothing
        """;

    /// <summary>The version, beside each row of all of a cluster's, or of the one whose address is
    /// $2.</summary>
    public const string Read = """
        select s.address, s.etag, s.status, s.name, s.host, s.proxy_port, s.started, s.alive, s.suspecting,
            s.suspected, v.version
        from cano.silo_version v
            left join cano.silo s on s.cluster = v.cluster and ($2::text is null or s.address = $2)
        where v.cluster = $1
        """;

    /// <summary>To version $3, from the one before; a silo that is there changes nothing.</summary>
    public const string Insert = """
        with v as (
            update cano.silo_version set version = $3 where cluster = $1 and version = $3 - 1
                and not exists (select from cano.silo where cluster = $1 and address = $2)
            returning version
        )
        insert into cano.silo (cluster, address, etag, status, name, host, proxy_port, started, alive, suspecting,
            suspected)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 from v
        """;

    /// <summary>To version $3, from the one before; only a silo that is as it was read, with etag
    /// $12.</summary>
    public const string Update = """
        with v as (
            update cano.silo_version set version = $3 where cluster = $1 and version = $3 - 1
                and exists (select from cano.silo where cluster = $1 and address = $2 and etag = $12)
            returning version
        )
        update cano.silo s set (etag, status, name, host, proxy_port, started, alive, suspecting, suspected)
            = ($3, $4, $5, $6, $7, $8, greatest(s.alive, $9), $10, $11)
        from v where s.cluster = $1 and s.address = $2
        """;

    public const string Beat = "update cano.silo set alive = $3 where cluster = $1 and address = $2";

    public const string Delete = """
        with v as (delete from cano.silo_version where cluster = $1)
        delete from cano.silo where cluster = $1
        """;

    /// <summary>Those with status $2 that gave no sign of life since $3.</summary>
    public const string Clean = """
        delete from cano.silo where cluster = $1 and status = $2 and alive < $3 and started < $3
        """;

    /// <summary>The addresses and ports where those with status $2 take clients in.</summary>
    public const string Gateways = """
        select address, proxy_port from cano.silo where cluster = $1 and status = $2 and proxy_port > 0
        """;
}
