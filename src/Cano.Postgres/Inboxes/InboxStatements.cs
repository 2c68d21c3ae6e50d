namespace Cano.Postgres.Inboxes;

/// <summary>The statements about inboxes. What lies below a head's marks was taken.</summary>
internal static class InboxStatements
{
    public const string Head = """
        select run_key, next_seq, status, category, inbox_next, ids_next from cano.run
        where run_id = $1 for update
        """;

    // What an entry's place must be above.
    private const string Lies = """
        x.number >= r.entries_from and (x.kind <> 2 or x.number >= r.cancels_from)
        """;

    /// <summary>Behind the lock: whether a cancel lies there, whether the id $2 is one of the newest $3, and
    /// what time it is.</summary>
    public const string Known = $"""
        select exists (
                select from cano.run r join cano.inbox x using (run_key)
                where r.run_id = $1 and x.kind = 2 and {Lies}
            ), exists (
                select from cano.run r join cano.seen s using (run_key)
                where r.run_id = $1 and s.id = $2 and s.number >= r.ids_next - $3
            ), (extract(epoch from clock_timestamp()) * 10000000)::int8 + {UnixTicks}
        """;

    private const string UnixTicks = "621355968000000000";

    public const string Insert = """
        insert into cano.inbox (run_key, number, kind, name, accepted, body) values ($1, $2, $3, $4, $5, $6)
        """;

    public const string See = "insert into cano.seen (run_key, id, number) values ($1, $2, $3)";

    /// <summary>An id that was no longer one of the newest.</summary>
    public const string Forgotten = "delete from cano.seen where run_key = $1 and id = $2";

    /// <summary>Ids older than that are not looked at.</summary>
    public const string Forget = "delete from cano.seen where run_key = $1 and number < $2";

    /// <summary>An entry came in: $2 of them signals, $3 with an id; $4 a cancel, which takes the tries
    /// back.</summary>
    public const string Accepted = """
        update cano.run set inbox_next = inbox_next + 1, signals_left = signals_left + $2,
            ids_next = ids_next + $3, tries = case when $4 then 0 else tries end,
            is_rung = true, due = case when due is not null then 0 end
        where run_key = $1
        """;

    private const string Entries = $"""
        select x.number, x.accepted, x.body from cano.run r join cano.inbox x using (run_key)
        where r.run_id = $1 and {Lies}
        """;

    public const string Read = $"{Entries} order by x.number";

    /// <summary>The oldest of the kind $2, with one of the names $3 if there are any, before $4 if that is
    /// given.</summary>
    public const string FindOldest = $"""
        {Entries} and x.kind = $2 and ($3::text[] is null or x.name = any($3)) and ($4 is null or x.accepted < $4)
        order by x.number limit 1
        """;

    public const string CountLeft = "select signals_left from cano.run where run_id = $1";

    /// <summary>What was accepted by transactions from $1 on, and where the next look begins: those that have
    /// not ended yet are looked at again.</summary>
    public const string Heard = """
        select pg_snapshot_xmin(pg_current_snapshot())::text, null::text, null::int8, null::int8
        union all
        select null, r.run_id, x.run_key, x.number
        from cano.inbox x join cano.run r using (run_key) where x.heard >= $1::xid8
        """;

    public const string Horizon = "select pg_snapshot_xmin(pg_current_snapshot())::text";
}
