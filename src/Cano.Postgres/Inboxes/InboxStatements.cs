namespace Cano.Postgres.Inboxes;

/// <summary>The statements about inboxes. What lies below a head's marks was taken.</summary>
internal static class InboxStatements
{
    /// <summary>What a run is that has a row.</summary>
    public const string State = "select status, category from cano.run where run_id = $1 and next_seq > 0";

    // What an entry's place must be above.
    private const string Lies = """
        x.number >= r.entries_from and (x.kind <> 2 or x.number >= r.cancels_from)
        """;

    private const string UnixTicks = "621355968000000000";

    // $2 and $3: the run as it was judged. $4 the kind, 1 a signal, 2 a cancel, which takes the tries back;
    // $5 the name, $6 the entry, $7 its id, if it has one, of which the newest $8 are known. Ids are
    // forgotten many at a time.
    private const string Known = $"""
        with known as (
            select r.run_key, r.inbox_next, r.ids_next,
                (extract(epoch from clock_timestamp()) * 10000000)::int8 + {UnixTicks} as accepted,
                $4 = 2 and exists (
                    select from cano.inbox x where x.run_key = r.run_key and x.kind = 2 and {Lies}
                ) or exists (
                    select from cano.seen s
                    where s.run_key = r.run_key and s.id = $7 and s.number >= r.ids_next - $8
                ) as lies
            from cano.run r
            where r.run_id = $1 and r.next_seq > 0 and r.status = $2 and r.category is not distinct from $3
        """;

    private const string Take = """
        ), taken as (
            select * from known where not lies
        ), entry as (
            insert into cano.inbox (run_key, number, kind, name, accepted, body)
            select run_key, inbox_next, $4, $5, accepted, $6 from taken
        ), id as (
            insert into cano.seen (run_key, id, number) select run_key, $7, ids_next from taken where $7 is not null
            on conflict (run_key, id) do update set number = excluded.number
        ), old as (
            delete from cano.seen s using taken t
            where s.run_key = t.run_key and s.number < t.ids_next - $8 and s.id <> $7 and t.ids_next % 1000 = 0
        ), head as (
            update cano.run r set inbox_next = r.inbox_next + 1,
                signals_left = r.signals_left + case when $4 = 1 then 1 else 0 end,
                ids_next = r.ids_next + case when $7 is null then 0 else 1 end,
                tries = case when $4 = 2 then 0 else r.tries end,
                is_rung = true, due = case when r.due is not null then 0 end
            from taken t where r.run_id = $1
        )
        select k.run_key, t.inbox_next from known k left join taken t using (run_key)
        """;

    /// <summary>Accepts an entry, behind the head's lock: its run and number, or no number where a cancel
    /// lies there, or the id is known. Nothing where the run is another than it was judged by.</summary>
    public const string Accept = $"""
        {Known}
        {Take}
        """;

    /// <summary>The same for a run that the same transaction has begun.</summary>
    public const string AcceptOfBegun = $"""
        {Known} and r.xmin = pg_current_xact_id()::xid
        {Take}
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
