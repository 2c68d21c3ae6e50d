namespace Cano.Postgres.Moves;

/// <summary>The statements by which whole runs come and go.</summary>
internal static class MoveStatements
{
    /// <summary>A run whose rows are there has the inbox that it had: $2 the next number, $3 how many signals
    /// are left, $4 whether it waits, $5 to $9 the entries, $10 the ids. It is nobody's.</summary>
    public const string Settle = """
        with h as (
            update cano.run set inbox_next = $2, signals_left = $3, ids_next = coalesce(cardinality($10::uuid[]), 0),
                tries = 0, is_worked_on = false, owner = null,
                due = case when $4 and ended = 0 then 0 end
            where run_id = $1 returning run_key
        ), e as (
            insert into cano.inbox (run_key, number, kind, name, accepted, body)
            select h.run_key, t.* from h, unnest($5::int8[], $6::int2[], $7::text[], $8::int8[], $9::bytea[]) as t
        )
        insert into cano.seen (run_key, id, number)
        select h.run_key, t.id, t.at - 1 from h, unnest($10::uuid[]) with ordinality as t(id, at)
        """;

    /// <summary>The newest $2 ids that a run was sent entries with, oldest first.</summary>
    public const string Ids = """
        select s.id from cano.run r join cano.seen s using (run_key)
        where r.run_id = $1 and s.number >= r.ids_next - $2 order by s.number
        """;
}
