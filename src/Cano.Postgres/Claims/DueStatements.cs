namespace Cano.Postgres.Claims;

/// <summary>The statements about runs that wait and are nobody's. None that looks for what is due waits for
/// a lock.</summary>
internal static class DueStatements
{
    /// <summary>Runs are nobody's, and due when their heads say; behind whatever came for them.</summary>
    public const string Park = """
        update cano.run r set tries = 0, is_worked_on = false, owner = null,
            due = case when r.is_rung then 0 when r.wakes = 0 then 9223372036854775807 else r.wakes end
        from unnest($1::text[], $2::int8[]) as a(run_id, fence)
        where r.run_id = a.run_id and r.fence = a.fence and r.next_seq > 0 and r.ended = 0
        """;

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

    /// <summary>Claims at most $5 runs of the workflows $3 and versions $4 that are due at $2 for the node
    /// $1, in the call $6. Gives those of the call that were claimed before as well, if there may be any
    /// ($7).</summary>
    public const string Claim = """
        with me as (
            select from cano.node where epoch = $1 for key share
        ), d as (
            select r.run_id from cano.run r
            where r.due <= $2 and r.fence < 9223372036854775807 and exists (select from me)
                and (r.workflow, r.version) in (select * from unnest($3::text[], $4::int8[]))
            order by r.due limit $5 for update of r skip locked
        ), u as (
            update cano.run r set fence = greatest(nextval('cano.fence'), r.fence + 1), owner = $1,
                is_worked_on = true, due = null, is_rung = false, due_call = $6
            from d where r.run_id = d.run_id
            returning r.run_id, r.workflow, r.version, r.fence, r.next_seq
        )
        select * from u
        union all
        select r.run_id, r.workflow, r.version, r.fence, r.next_seq from cano.run r
        where $7 and r.owner = $1 and r.due_call = $6
        """;

    /// <summary>Whether the node $1 lives, and when the next run is due behind $2.</summary>
    public const string Next = """
        select exists (select from cano.node where epoch = $1),
            (select min(due) from cano.run where due > $2 and due < 9223372036854775807)
        """;
}
