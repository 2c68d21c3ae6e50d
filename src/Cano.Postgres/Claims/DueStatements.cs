namespace Cano.Postgres.Claims;

/// <summary>The statements about runs that wait and are nobody's. None that looks for what is due waits for
/// a lock.</summary>
internal static class DueStatements
{
    /// <summary>Rings for the parents of runs that have ended. Those that somebody locks have their turn at
    /// the next look.</summary>
    public const string Tell = """
        with c as (
            select run_id, parent from cano.run where tells order by run_id limit 1000 for update skip locked
        ), p as (
            select run_id from cano.run where run_id in (select parent from c) and ended = 0
            for update skip locked
        ), t as (
            update cano.run r set tells = false from c
            where r.run_id = c.run_id and (
                c.parent in (select run_id from p)
                or not exists (select from cano.run x where x.run_id = c.parent and x.ended = 0)
            )
        )
        update cano.run r set is_rung = true, due = case when r.due is not null then 0 end
        from p where r.run_id = p.run_id
        """;

    /// <summary>The workflows $3, their versions $4, and how many of each $5. Each is looked for by
    /// itself: what is due of one that nobody asks for holds up none.</summary>
    private const string Asked = """
        w as (
            select * from unnest($3::text[], $4::int8[], $5::int8[]) as w(workflow, version, most)
        )
        """;

    /// <summary>What is due at $2 of one of them, but for the runs $6.</summary>
    private const string IsDue = """
        x.workflow = w.workflow and x.version = w.version and x.due <= $2
            and x.fence < 9223372036854775807 and x.run_id <> all($6::text[])
        """;

    /// <summary>Claims at most $7 runs that are due for the node $1, in the call $8. Gives those of the call
    /// that were claimed before as well, if there may be any ($9).</summary>
    public const string Claim = $"""
        with me as (
            select from cano.node where epoch = $1 for key share
        ), {Asked}, d as (
            select r.run_id from w cross join lateral (
                select x.run_id, x.due from cano.run x where {IsDue}
                order by x.due limit greatest(least(w.most, $7), 0) for update skip locked
            ) r
            where exists (select from me) order by r.due limit $7
        ), u as (
            update cano.run r set fence = greatest(nextval('cano.fence'), r.fence + 1), owner = $1,
                is_worked_on = true, due = null, is_rung = false, due_call = $8
            from d where r.run_id = d.run_id
            returning r.run_id, r.workflow, r.version, r.fence, r.next_seq
        )
        select * from u
        union all
        select r.run_id, r.workflow, r.version, r.fence, r.next_seq from cano.run r
        where $9 and r.owner = $1 and r.due_call = $8
        """;

    /// <summary>Whether the node $1 lives, and when to look again: when the next run is due behind $2, or
    /// soon, where somebody held what is due, or the parent of who has ended.</summary>
    public const string Next = $"""
        with {Asked}
        select exists (select from cano.node where epoch = $1),
            least(
                (select min(n.due) from w cross join lateral (
                    select x.due from cano.run x
                    where x.workflow = w.workflow and x.version = w.version
                        and x.due > $2 and x.due < 9223372036854775807
                    order by x.due limit 1
                ) n),
                case when exists (select from cano.run where tells)
                        or exists (select from w cross join lateral (
                            select from cano.run x where {IsDue} limit 1
                        ) n)
                    then $2 + 10000000 end
            )
        """;
}
