using Cano.Kernel;
using Cano.Postgres.Commits;
using Cano.Runtime.Checkpoints;
using Npgsql;

namespace Cano.Postgres.Reading;

/// <summary>Reads what a list tells of runs from their heads.</summary>
internal static class Summaries
{
    // Whose node is dead nobody works on.
    private static readonly string s_status = $"""
        case r.status
            {string.Concat(Ends().Select(end => $"when {end.Row} then {end.Run} "))}
            else case
                when r.tries >= {Quarantine.Limit} then {(int)RunStatus.Quarantined}
                when r.status = {(int)RowStatus.RollingBack} then {(int)RunStatus.RollingBack}
                when r.status = {(int)RowStatus.Waiting} then {(int)RunStatus.Waiting}
                when r.is_worked_on and (r.owner is null or n.epoch is not null) then {(int)RunStatus.Running}
                else {(int)RunStatus.Suspended}
            end
        end
        """;

    /// <summary>Runs that lists hold; conditions may follow.</summary>
    public const string From = """
         from cano.run r left join cano.node n on n.epoch = r.owner
        where r.next_seq > 0 and not r.is_reserved
        """;

    /// <summary>What a run is, as a number of <see cref="RunStatus"/>.</summary>
    public static string Status => s_status;

    /// <summary>The columns that <see cref="Read"/> takes.</summary>
    public static string Columns { get; } =
        $"""
            select r.run_id, {s_status}, r.workflow, r.state, r.next_seq - 1, r.version, r.visit, r.started,
                r.updated, r.ended, r.wakes, r.parent, r.tags, r.category, r.tries,
                coalesce(r.due > 0, false)
            """;

    public static RunSummary Read(NpgsqlDataReader reader) =>
        new(
            reader.GetString(0),
            (RunStatus)reader.GetInt32(1),
            reader.GetString(2) is { Length: > 0 } workflow ? workflow : null,
            reader.GetString(3),
            reader.GetInt64(4),
            (uint)reader.GetInt64(5),
            Damage: null
        )
        {
            Visit = reader.GetInt64(6),
            StartedAt = UtcTicks.Instant(reader.GetInt64(7)),
            UpdatedAt = UtcTicks.Instant(reader.GetInt64(8)),
            EndedAt = UtcTicks.Instant(reader.GetInt64(9)),
            WakesAt = UtcTicks.Instant(reader.GetInt64(10)),
            ParentRunId = Text(reader, 11),
            Tags = TagText.Read(reader.IsDBNull(12) ? null : reader.GetFieldValue<string[]>(12)),
            Category = Text(reader, 13),
            Tries = reader.GetInt32(14),
            IsParked = reader.GetBoolean(15),
        };

    private static string? Text(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    private static IEnumerable<(int Row, int Run)> Ends() =>
        from status in Enum.GetValues<RowStatus>()
        where RowStatuses.IsEnd(status)
        select ((int)status, (int)RunStatuses.Of(status, RunStanding.None));
}
