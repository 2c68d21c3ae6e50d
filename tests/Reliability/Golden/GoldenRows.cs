using Cano.Kernel;

namespace Cano.Reliability.Golden;

/// <summary>What the rows of a golden journal have, and how they are read.</summary>
internal static class GoldenRows
{
    /// <summary>The journal that has all of format 2.</summary>
    private const string Full = "v2";

    private static readonly DateTimeOffset s_firstJournal = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The kinds of rows that every journal has.</summary>
    private static readonly IReadOnlySet<RowKind> s_written = new HashSet<RowKind>
    {
        RowKind.StateEntered,
        RowKind.StepCompleted,
        RowKind.CursorAdvanced,
        RowKind.WaitStarted,
        RowKind.RollbackStarted,
        RowKind.Compensated,
        RowKind.RollbackFinished,
        RowKind.Finished,
        RowKind.Snapshot,
    };

    /// <summary>Those that there are since format 2.</summary>
    private static readonly IReadOnlySet<RowKind> s_writtenSince = new HashSet<RowKind>
    {
        RowKind.SignalTaken,
        RowKind.ChildStarted,
        RowKind.ChildEnded,
        RowKind.BranchCompleted,
        RowKind.CancelRequested,
        RowKind.Failed,
        RowKind.BranchesListed,
    };

    /// <summary>There are rows of every kind, and every row tells when it was written, whatever its format.
    /// Of format 2 every field is there, and what is read of a row is all that it says.</summary>
    /// <returns>How many rows there are.</returns>
    public static async Task<int> ReadAsync(string journal, string format)
    {
        await using var store = await FasterCheckpointStore.OpenAsync(journal);
        var kinds = new HashSet<RowKind>();
        var census = new FieldCensus();
        var count = 0;
        var isFirst = format == "v1";
        await foreach (var run in store.ListRunsAsync(RunFilter.All))
        {
            foreach (var row in await store.LoadRunAsync(run.RunId))
            {
                count++;
                kinds.Add(row.Kind);
                var at = $"{format}: '{run.RunId}', row {row.Sequence}";
                Broken.Unless(row.WrittenAt > s_firstJournal, $"{at} was written {row.WrittenAt}");
                if (!isFirst)
                    Read(row, census, at);
            }

            foreach (var item in await store.ReadInboxAsync(run.RunId))
                census.Entry(item.ToBytes());
        }

        var wanted =
            isFirst ? s_written
            : format == Full ? s_written.Union(s_writtenSince)
            : [];
        var kindsMissing = string.Join(", ", wanted.Except(kinds));
        Broken.Unless(kindsMissing.Length == 0, $"{format}: there is no row of {kindsMissing}");
        var missing = format == Full ? string.Join(", ", census.Missing) : "";
        Broken.Unless(missing.Length == 0, $"{format}: no row has: {missing}");
        return count;
    }

    private static void Read(CheckpointRow row, FieldCensus census, string at)
    {
        try
        {
            census.Row(row.ToBytes());
        }
        catch (Broken broken)
        {
            throw new Broken($"{at}: {broken.Message}", broken);
        }

        var problem = RowFormat.TryReadFact(
            row.Kind,
            row.NextState,
            OptionalBytes.Of(row.Payload),
            out var fact
        );
        Broken.Unless(problem is null, $"{at}: {problem}");
        var written = RowFormat.Payload(fact) ?? [];
        Broken.Unless(
            written.AsSpan().SequenceEqual(row.Payload is { } payload ? payload.Span : []),
            $"{at} says more than was read of it, or another thing"
        );
    }
}
