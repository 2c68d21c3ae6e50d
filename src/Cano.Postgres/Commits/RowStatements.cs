namespace Cano.Postgres.Commits;

/// <summary>The statements by which rows come in, many at once, at most one of a run.</summary>
internal static class RowStatements
{
    /// <summary>Goes before the others, for its transaction: they are planned once, and by index. A plan that
    /// is made while the tables are small reads them as a whole, and is kept when they are not small any
    /// more. Gives no row.</summary>
    public const string ByIndex = """
        select null::text, null::int8 from (
            select set_config('plan_cache_mode', 'force_generic_plan', true)
                || set_config('enable_seqscan', 'off', true) || set_config('enable_hashjoin', 'off', true)
                || set_config('enable_mergejoin', 'off', true) as done offset 0
        ) as s where done = ''
        """;

    // In the order of RowArrays.
    private const string Columns = """
        $1::text[], $2::int8[], $3::int8[], $4::bytea[], $5::int2[], $6::int8[], $7::bool[], $8::int8[],
        $9::int8[], $10::int8[], $11::int8[], $12::text[], $13::text[], $14::bool[]
        """;

    private const string Names = """
        run_id, seq, fence, body, status, visit, keeps_tries, ended, updated, wakes, version, state, category, counts
        """;

    /// <summary>The head is locked, judged and moved on by one update; a row goes in only if its head
    /// was.</summary>
    /// <remarks>What an inbox was given since the statement began it does not see, and so moves marks
    /// instead: what lies below them is taken. What it sees of that it removes.</remarks>
    public const string Next = $"""
        with a as (
            select * from unnest({Columns}, $15::bool[], $16::bool[], $17::bool[], $18::int8[])
                as a({Names}, is_snapshot, takes_all, takes_cancels, signal)
        ), u as (
            update cano.run r set
                next_seq = a.seq + 1, fence = a.fence, status = a.status,
                tries = case when a.keeps_tries and r.visit = a.visit then r.tries else 0 end,
                visit = a.visit, ended = a.ended, updated = a.updated, wakes = a.wakes, version = a.version,
                state = a.state, category = a.category, counts = a.counts, is_worked_on = a.ended = 0,
                owner = case when a.ended = 0 then r.owner end,
                due = case when a.ended = 0 then r.due end, tells = a.ended <> 0 and r.parent is not null,
                entries_from = case when a.takes_all then r.inbox_next else r.entries_from end,
                cancels_from = case when a.takes_cancels then r.inbox_next else r.cancels_from end,
                signals_left = case when a.signal < 0 then r.signals_left else greatest(r.signals_left - 1, 0) end
            from a where r.run_id = a.run_id and r.next_seq = a.seq and r.fence <= a.fence
            returning r.run_id, r.run_key, a.seq, a.fence, a.body, a.is_snapshot, a.takes_all,
                a.takes_cancels, a.signal
        ), i as (
            insert into cano.run_row (run_key, seq, fence, body) select run_key, seq, fence, body from u
        ), s as (
            delete from cano.run_row w using (select * from u where is_snapshot) s
            where w.run_key = s.run_key and w.seq < s.seq
        ), t as (
            delete from cano.inbox x using (select * from u where takes_cancels or takes_all or signal >= 0) t
            where x.run_key = t.run_key
                and (t.takes_all or x.number = t.signal or t.takes_cancels and x.kind = 2)
        )
        select run_id, fence from u
        """;

    private const string Heads = """
            insert into cano.run as r (run_id, fence, next_seq, owner, is_worked_on, tries, visit, status, ended,
                updated, wakes, version, state, category, started, workflow, parent, tags, is_reserved, counts, tells)
        """;

    // The n-th row's, each with n beside it.
    private const string Tags =
        "(select array_agg(t.tag) from unnest($20::int8[], $21::text[]) as t(at, tag) where t.at = a.at)";

    private const string Starts = $"""
            select * from unnest({Columns}, $15::int8[], $16::text[], $17::int8[], $18::text[], $19::bool[])
                with ordinality as a({Names}, owner, workflow, started, parent, is_reserved, at)
        """;

    /// <summary>Row 0 of runs of which nothing is there, or the snapshot that they begin with, each under a
    /// fence of its own.</summary>
    public const string Begin = $"""
        with a as ({Starts}), h as (
        {Heads}
            select run_id, nextval('cano.fence'), seq + 1, owner, ended = 0, 0, visit, status, ended, updated, wakes,
                version, state, category, started, workflow, parent, {Tags}, is_reserved, counts,
                ended <> 0 and parent is not null
            from a
            where owner is null or exists (select from cano.node n where n.epoch = a.owner)
            on conflict (run_id) do nothing
            returning run_id, run_key, fence
        ), i as (
            insert into cano.run_row (run_key, seq, fence, body)
            select h.run_key, a.seq, h.fence, a.body from h join a using (run_id)
        )
        select run_id, fence from h
        """;

    /// <summary>Row 0 under the writer's fence; the run may have been claimed before.</summary>
    public const string First = $"""
        with a as ({Starts}), h as (
        {Heads}
            select run_id, fence, 1, owner, ended = 0, 0, visit, status, ended, updated, wakes,
                version, state, category, started, workflow, parent, {Tags}, is_reserved, counts,
                ended <> 0 and parent is not null
            from a where fence > 0
            on conflict (run_id) do update set
                fence = excluded.fence, next_seq = 1, is_worked_on = excluded.is_worked_on, tries = 0,
                visit = excluded.visit, status = excluded.status, ended = excluded.ended,
                updated = excluded.updated, wakes = excluded.wakes, version = excluded.version,
                state = excluded.state, category = excluded.category, started = excluded.started,
                workflow = excluded.workflow, parent = excluded.parent, tags = excluded.tags,
                counts = excluded.counts, tells = excluded.tells
            where r.next_seq = 0 and r.fence <= excluded.fence
            returning run_id, run_key, fence
        ), i as (
            insert into cano.run_row (run_key, seq, fence, body)
            select h.run_key, 0, h.fence, a.body from h join a using (run_id)
        )
        select run_id, fence from h
        """;

    /// <summary>Those of runs whose heads nobody holds, or that have none.</summary>
    public const string Free = """
        with free as (select run_id from cano.run where run_id = any($1) for update skip locked)
        select a.run_id from unnest($1::text[]) as a(run_id)
        where a.run_id in (select run_id from free) or a.run_id not in (select r.run_id from cano.run r where r.run_id = any($1))
        """;

    /// <summary>What is there of runs, and of one row of each.</summary>
    public const string Look = """
        select a.run_id, coalesce(r.next_seq, 0), coalesce(r.fence, 0), w.fence, w.body
        from unnest($1::text[], $2::int8[]) as a(run_id, seq)
            left join cano.run r on r.run_id = a.run_id
            left join cano.run_row w on w.run_key = r.run_key and w.seq = a.seq
        """;
}
