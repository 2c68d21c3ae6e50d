namespace Cano.Postgres.Nodes;

/// <summary>The statements about nodes. All instants are the database's.</summary>
internal static class NodeStatements
{
    /// <summary>Who has beaten at what is to come has beaten before the clock was set back. A lease that
    /// begins now is over too early when the clock is right again, so such a node begins to watch anew, from
    /// its next beat on. Every other statement here comes behind this one.</summary>
    public const string Notice = """
        update cano.node set beats_since = null where beat_at > clock_timestamp() and beats_since is not null
        """;

    /// <summary>An earlier membership of the name is over at once.</summary>
    public const string Join = """
        insert into cano.node as n (name, epoch, span, beats_since, beat_at, until)
        select $1, nextval('cano.epoch'), $2, now, now, now + $2 from (select clock_timestamp() as now) as t
        on conflict (name) do update set epoch = excluded.epoch, span = excluded.span,
            beats_since = excluded.beats_since, beat_at = excluded.beat_at, until = excluded.until
        returning epoch
        """;

    /// <summary>Behind a gap, in which it may have been cut off, a node begins to watch.</summary>
    public const string Beat = """
        update cano.node n set
            beats_since = case when t.now >= n.until - n.span / 3 then t.now
                else coalesce(n.beats_since, t.now) end,
            beat_at = t.now, until = t.now + n.span
        from (select clock_timestamp() as now) as t
        where n.name = $1 and n.epoch = $2 returning n.epoch
        """;

    public const string Leave = """
        with gone as (delete from cano.node where name = $1 and epoch = $2 returning epoch)
        update cano.run r set tries = 0, is_worked_on = false, owner = null,
            due = case when r.ended = 0 and r.next_seq > 0 then 0 end
        from gone where r.owner = gone.epoch
        """;

    /// <summary>The clock was set back: nobody lives longer for that.</summary>
    public const string Shorten = """
        update cano.node set until = clock_timestamp() + span where until > clock_timestamp() + span
        """;

    /// <summary>Declares nodes dead that have kept silent as long as the one that asks has watched. One that
    /// has not just beaten itself declares nobody.</summary>
    public const string Bury = """
        with t as (select clock_timestamp() as now), w as (
            select beats_since from cano.node n, t
            where n.name = $1 and n.epoch = $2 and t.now < n.beat_at + n.span / 3
        )
        delete from cano.node n using t, w where n.until <= t.now and t.now - w.beats_since >= n.span
        """;

    /// <summary>Runs of nodes that are in no table any more. Owners are few: each is looked for behind the
    /// one before.</summary>
    public const string Orphans = """
        with recursive owners as (
            (select owner from cano.run where owner is not null order by owner limit 1)
            union all
            select (select r.owner from cano.run r where r.owner > o.owner order by r.owner limit 1)
            from owners o where o.owner is not null
        )
        select r.run_id from owners o join cano.run r on r.owner = o.owner
        where o.owner is not null and not exists (select from cano.node n where n.epoch = o.owner)
        """;
}
