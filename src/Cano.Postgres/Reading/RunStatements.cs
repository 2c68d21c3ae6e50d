namespace Cano.Postgres.Reading;

/// <summary>The statements about whole runs.</summary>
internal static class RunStatements
{
    /// <summary>What follows it in a transaction sees whatever came before.</summary>
    public const string Lock = "select 1 from cano.run where run_id = $1 for update";

    public const string Forget = """
        with gone as (delete from cano.run where run_id = any($1) returning run_key),
        rows as (delete from cano.run_row using gone where run_row.run_key = gone.run_key),
        entries as (delete from cano.inbox using gone where inbox.run_key = gone.run_key),
        calls as (delete from cano.call using gone where call.run_key = gone.run_key)
        delete from cano.seen using gone where seen.run_key = gone.run_key
        """;

    // Its node died. One that has left, or was declared dead, is in no table any more, and its number is
    // given to no other.
    private const string IsDead =
        "r.owner is not null and not exists (select from cano.node n where n.epoch = r.owner)";

    /// <summary>A claim that asks nobody, and is a try. Neither it nor a node's own takes the mark away that
    /// something came: whoever claims like this may have looked before.</summary>
    public const string Claim = """
        update cano.run r set fence = greatest(nextval('cano.fence'), r.fence + 1), owner = null,
            tries = r.tries + 1, is_worked_on = true, due = null, due_call = null
        where r.run_id = $1 returning true, r.fence, r.next_seq
        """;

    /// <summary>A node's claim: $2 the node, $3 only of the dead, $4 it may have been granted already. The
    /// lock comes first: nodes are looked up behind it.</summary>
    public const string TryClaim = $"""
        with me as (
            select from cano.node where epoch = $2 for key share
        ), u as (
            update cano.run r set fence = greatest(nextval('cano.fence'), r.fence + 1), owner = $2,
                tries = case when {IsDead} and r.is_worked_on then r.tries + 1 else r.tries end,
                is_worked_on = true, due = null, due_call = null
            where r.run_id = $1 and exists (select from me)
                and ({IsDead} or not $3 and r.owner is null or (not $3 or $4) and r.owner = $2)
            returning r.fence, r.next_seq
        )
        select exists (select from me), u.fence, u.next_seq from (select 1) as one left join u on true
        """;

    /// <summary>A claim of a run of which nothing is there: $2 whose it is, $3 its tries.</summary>
    public const string ClaimUnknown = """
        insert into cano.run (run_id, fence, next_seq, owner, is_worked_on, tries, visit, status, ended, updated,
            wakes, version, started, workflow, is_reserved, counts)
        values ($1, nextval('cano.fence'), 0, $2, true, $3, -1, 0, 0, 0, 0, 0, 0, '', $4, false)
        on conflict (run_id) do nothing returning fence
        """;

    public const string Unfinished =
        "select run_id from cano.run where run_id = any($1) and ended = 0 and next_seq > 0";

    /// <summary>Ended runs of a workflow that count: $2 those that wait for a person, too; else none of the
    /// statuses $3.</summary>
    private const string Counted = "counts and workflow = $1 and ($2 or status <> all($3))";

    /// <summary>Forgets those that ended by the instant $4.</summary>
    public const string ForgetOld = $"""
        with surplus as (
            select run_id, is_worked_on from cano.run where {Counted} and ended <= $4
            order by ended, run_id limit {SurplusText} for update skip locked
        ), {ForgetSurplus}
        """;

    /// <summary>Forgets all but the newest $4.</summary>
    public const string ForgetMany = $"""
        with surplus as (
            select r.run_id, r.is_worked_on from cano.run r
            where {Counted} and r.run_id in (
                select run_id from cano.run where {Counted} order by ended desc, run_id desc offset $4
            )
            order by ended, run_id limit {SurplusText} for update skip locked
        ), {ForgetSurplus}
        """;

    // One that somebody works on counts no more: it writes an end again, or is let go of.
    private const string ForgetSurplus = """
        busy as (
            update cano.run r set counts = false from surplus s where r.run_id = s.run_id and s.is_worked_on
        ), gone as (
            delete from cano.run r using surplus s where r.run_id = s.run_id and not s.is_worked_on
            returning r.run_key
        ), rows as (delete from cano.run_row using gone where run_row.run_key = gone.run_key),
        entries as (delete from cano.inbox using gone where inbox.run_key = gone.run_key),
        calls as (delete from cano.call using gone where call.run_key = gone.run_key),
        ids as (delete from cano.seen using gone where seen.run_key = gone.run_key)
        select count(*) from surplus
        """;

    /// <summary>So many are forgotten at once, at most.</summary>
    private const string SurplusText = "1000";

    public const long SurplusMax = 1000;
}
