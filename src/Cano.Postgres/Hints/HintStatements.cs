namespace Cano.Postgres.Hints;

/// <summary>The statements about whom a hint is for.</summary>
internal static class HintStatements
{
    /// <summary>Who has a run that has not ended.</summary>
    public const string Owner = "select owner from cano.run where run_id = $1 and ended = 0";

    /// <summary>The node $2 waits for the end of a run. Nothing changes where that has come, or the node is
    /// noted already.</summary>
    public const string Await = """
        update cano.run set waiters = array_append(waiters, $2)
        where run_id = $1 and ended = 0 and next_seq > 0 and not coalesce($2 = any(waiters), false)
        """;

    /// <summary>Who waits for the end of a run that has ended.</summary>
    public const string Waiters = "select waiters from cano.run where run_id = $1 and waiters is not null";
}
