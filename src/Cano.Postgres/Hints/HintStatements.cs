namespace Cano.Postgres.Hints;

/// <summary>The statements about whom hints are for: of the runs $1 each gives ids, and nodes.</summary>
internal static class HintStatements
{
    /// <summary>Who has those that have not ended.</summary>
    public const string Owners =
        "select run_id, owner from cano.run where run_id = any($1) and ended = 0 and owner is not null";

    /// <summary>Who waits for the ends of those that have ended.</summary>
    public const string Waiters = """
        select run_id, unnest(waiters) from cano.run where run_id = any($1) and waiters is not null
        """;

    /// <summary>The node $2 waits for their ends, as those may do that were noted and live. Gives those that
    /// are still to come to one.</summary>
    public const string Await = """
        with f as (
            select run_id, coalesce($2 = any(waiters), false) as is_noted from cano.run
            where run_id = any($1) and ended = 0 and next_seq > 0 order by run_id for update
        ), u as (
            update cano.run r set waiters = $2 || array(
                select w from unnest(r.waiters) as w where exists (select from cano.node n where n.epoch = w)
            )
            from f where r.run_id = f.run_id and not f.is_noted
        )
        select run_id, $2 from f
        """;
}
