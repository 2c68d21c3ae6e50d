namespace Cano.Postgres.Claims;

/// <summary>How a run is let go of.</summary>
internal enum LetGo : short
{
    /// <summary>It is nobody's, and due when its head says; behind whatever came for it.</summary>
    Park,

    /// <summary>What a node had is due at once, for whoever comes; what was no node's waits for who asks for
    /// it.</summary>
    Release,

    /// <summary>It stays its owner's, who does not work on it.</summary>
    Rest,

    /// <summary>It counts among those that are kept, if it has ended. Nobody has it any more.</summary>
    Count,
}

/// <summary>The statements that let go of runs, many at once: their ids are $1, fences $2, and $3 says how,
/// as in <see cref="LetGo"/>. Each gives a run's id, whether it is due at once, and whether it is as it was
/// because somebody holds its head.</summary>
internal static class LetGoStatements
{
    private const string Asked = "unnest($1::text[], $2::int8[], $3::int2[]) as a(run_id, fence, how)";

    private const string Change = """
        update cano.run r set tries = 0, is_worked_on = false, counts = r.counts or a.how = 3,
            owner = case when a.how = 2 then r.owner end,
            due = case
                when a.how = 0 and r.is_rung then 0
                when a.how = 0 and r.wakes = 0 then 9223372036854775807
                when a.how = 0 then r.wakes
                when a.how = 1 and r.owner is not null and r.ended = 0 and r.next_seq > 0 then 0
                else r.due
            end
        """;

    private const string IsToChange = """
        r.run_id = a.run_id and case a.how
            when 0 then r.fence = a.fence and r.next_seq > 0 and r.ended = 0
            when 3 then r.ended <> 0
            else r.fence = a.fence
        end
        """;

    /// <summary>Those whose heads nobody holds.</summary>
    public const string Free = $"""
        with f as (
            select a.* from {Asked} join cano.run x using (run_id) order by run_id for update of x skip locked
        ), u as (
            {Change} from f a where {IsToChange} returning r.run_id, a.how = 0 and r.is_rung as is_due
        )
        select a.run_id, coalesce(u.is_due, false),
            f.run_id is null and exists (select from cano.run x where x.run_id = a.run_id)
        from {Asked} left join f on f.run_id = a.run_id left join u on u.run_id = a.run_id
        """;

    /// <summary>One whose head somebody held: it waits for it.</summary>
    public const string Held = $"""
        {Change} from {Asked} where {IsToChange} returning r.run_id, a.how = 0 and r.is_rung, false
        """;
}
