namespace Cano.Postgres.Transactions;

/// <summary>The statements about calls that are made once.</summary>
internal static class CallStatements
{
    /// <summary>The run's newest fence, and what its call of this key gave, if it was made.</summary>
    public const string Find = """
        select r.fence, c.result, c.codec from cano.run r
        left join cano.call c on c.run_key = r.run_key and c.key = $2
        where r.run_id = $1
        """;

    /// <summary>As <see cref="Find"/>, when what is under way has been committed or undone: it holds the
    /// head.</summary>
    public const string FindBehind = "select from cano.run where run_id = $1 for update";

    /// <summary>Keeps what a call gave, with what it wrote. From here on nobody claims the run until this is
    /// committed; if somebody has before, nothing is kept. Gives the run's newest fence.</summary>
    public const string Keep = """
        with head as (select run_key, fence from cano.run where run_id = $1 for update),
        kept as (
            insert into cano.call (run_key, key, result, codec)
            select run_key, $2, $3, $4 from head where fence <= $5
        )
        select fence from head
        """;
}
