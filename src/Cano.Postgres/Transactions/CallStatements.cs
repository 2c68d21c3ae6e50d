namespace Cano.Postgres.Transactions;

/// <summary>The statements about calls that are made once.</summary>
internal static class CallStatements
{
    /// <summary>The table that keeps them.</summary>
    public const string Table = "call";

    /// <summary>Marks the transaction. Whoever is frozen, or cut off, in the midst of its work holds what it
    /// locked in the user's tables so long and no longer. It takes no snapshot: the work may still choose its
    /// isolation.</summary>
    public const string Begin =
        "set local cano_work.call = 'under way'; set local idle_in_transaction_session_timeout = '30s'";

    /// <summary>What the run's call of this key gave, if it was made, the run's newest fence, and whether it
    /// has ended and nobody works on it.</summary>
    public const string Find = """
        select c.result, c.codec, r.fence, r.ended <> 0 and not r.is_worked_on from cano.run r
        left join cano.call c on c.run_key = r.run_key and c.key = $2
        where r.run_id = $1
        """;

    /// <summary>Keeps what a call gave, with what it wrote. A run that is not there any more, that somebody
    /// has claimed since or that has ended makes a row without a key or a result, which is refused, and the
    /// commit behind it with it; so does work that has ended the transaction.</summary>
    public const string Keep = """
        with head as (
            select run_key, fence <= $5 and (ended = 0 or is_worked_on) as is_ours from cano.run
            where run_id = $1 for update
        )
        insert into cano.call (run_key, key, result, codec)
        select head.run_key, $2, case when head.is_ours and current_setting('cano_work.call', true) = 'under way' then $3 end,
            $4
        from (select 1) as one left join head on true
        """;

    /// <summary>Sent with <see cref="Keep"/>: from its lock to the commit nobody is waited for but the
    /// server.</summary>
    public const string Commit = "commit";
}
