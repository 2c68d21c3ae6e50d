using System.Buffers.Binary;
using System.Numerics;
using Cano.Reliability.Golden;

namespace Cano.Reliability.Rows;

/// <summary>The journals of every format resume as they did when they were written, take further rows, and
/// one of a version to come is refused by its number. The newest format's is a draft until that format is
/// released.</summary>
internal static class GoldenRow
{
    private static readonly DateTimeOffset s_firstJournal = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const int SlotSize = 4096,
        VersionAt = 8,
        SumAt = 92;

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
        RowKind.CancelRequested,
        RowKind.Failed,
    };

    public static ScoreRow Row { get; } =
        new(
            19,
            "golden",
            "journals of every format resume and go on, or are refused with the version",
            1,
            1,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var (runs, retried) = (0, 0);
        var journals = Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "golden"));
        Broken.Unless(journals.Length > 0, "there are no golden journals");
        foreach (var journal in journals)
        {
            var expected = await File.ReadAllLinesAsync(Path.Combine(journal, GoldenJournal.Expected));
            await ReadAsync(journal);
            await ResumesAsync(journal, expected);
            await GoesOnAsync(journal, expected);
            retried += await RetriesAsync(journal);
            await RefusedAsync(journal);
            runs += expected.Length;
        }

        Broken.Unless(retried > 0, "no run waited for a person");
        return $"{journals.Length} formats, {runs} runs resumed and taken further as expected, {retried} retried, {journals.Length} newer versions refused";
    }

    /// <summary>There are rows of every kind, and every row tells when it was written, whatever its
    /// format.</summary>
    private static async Task ReadAsync(string journal)
    {
        using var copy = new TempDirectory();
        GoldenJournal.Copy(journal, copy.Path);
        await using var store = await FasterCheckpointStore.OpenAsync(copy.Path);
        var kinds = new HashSet<RowKind>();
        await foreach (var run in store.ListRunsAsync(RunFilter.All))
        {
            foreach (var row in await store.LoadRunAsync(run.RunId))
            {
                kinds.Add(row.Kind);
                Broken.Unless(
                    row.WrittenAt > s_firstJournal,
                    $"'{run.RunId}': row {row.Sequence} was written {row.WrittenAt}"
                );
            }
        }

        var written = Path.GetFileName(journal) == "v1" ? s_written : s_written.Union(s_writtenSince);
        var missing = string.Join(", ", written.Except(kinds));
        Broken.Unless(missing.Length == 0, $"{Path.GetFileName(journal)}: there is no row of {missing}");
    }

    private static async Task ResumesAsync(string journal, string[] expected)
    {
        using var copy = new TempDirectory();
        GoldenJournal.Copy(journal, copy.Path);
        var resumed = await GoldenJournal.ResumedAsync(copy.Path);
        for (var i = 0; i < Math.Max(expected.Length, resumed.Count); i++)
        {
            var (wanted, got) = (expected.ElementAtOrDefault(i), resumed.ElementAtOrDefault(i));
            Broken.Unless(wanted == got, $"{Path.GetFileName(journal)}: expected '{wanted}', got '{got}'");
        }
    }

    /// <summary>Its runs, and new ones beside them, end alike when they die once more on their way.</summary>
    private static async Task GoesOnAsync(string journal, string[] expected)
    {
        using var copy = new TempDirectory();
        GoldenJournal.Copy(journal, copy.Path);
        var wanted = expected.ToDictionary(GoldenJournal.IdOf, GoldenJournal.EndOf);
        var beginnings = GoldenWorkflow
            .Beginnings.Where(beginning => wanted.ContainsKey($"{beginning}-1"))
            .ToList();
        foreach (var beginning in beginnings)
            wanted.Add($"{beginning}-new", wanted[$"{beginning}-1"]);
        var ends = await GoldenJournal.ExtendedAsync(copy.Path, beginnings);
        foreach (var id in wanted.Keys.Union(ends.Keys))
        {
            var (end, got) = (wanted.GetValueOrDefault(id), ends.GetValueOrDefault(id));
            Broken.Unless(end == got, $"{Path.GetFileName(journal)}: '{id}' was to end {end}, got {got}");
        }
    }

    /// <summary>A run that waits for a person is retried: one that failed begins its visit anew, of one that
    /// could not be undone only what is left is tried. How many there were.</summary>
    private static async Task<int> RetriesAsync(string journal)
    {
        using var copy = new TempDirectory();
        GoldenJournal.Copy(journal, copy.Path);
        var lines = await GoldenJournal.RetriedAsync(copy.Path);
        foreach (var line in lines)
        {
            var beginning = line[..line.IndexOf('-', StringComparison.Ordinal)];
            var wanted = beginning switch
            {
                "failed" => "Failed, fails, -> task_execution",
                "mended" => "RollbackFailed, undid 6 fails, -> task_execution",
                "stuck" => "RollbackFailed, could not undo 3, -> compensation_failed",
                _ => "none that is retried",
            };
            Broken.Unless(
                line.EndsWith($": {wanted}", StringComparison.Ordinal),
                $"{Path.GetFileName(journal)}: {line}, which was to be {wanted}"
            );
        }

        return lines.Count;
    }

    /// <summary>The same journal, whose superblocks soundly say the next version.</summary>
    private static async Task RefusedAsync(string journal)
    {
        using var copy = new TempDirectory();
        GoldenJournal.Copy(journal, copy.Path);
        var path = Path.Combine(copy.Path, "journal.meta");
        var meta = await File.ReadAllBytesAsync(path);
        for (var slot = 0; slot < meta.Length; slot += SlotSize)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(meta.AsSpan(slot + VersionAt), 1_000);
            BinaryPrimitives.WriteUInt32LittleEndian(
                meta.AsSpan(slot + SumAt),
                Sum(meta.AsSpan(slot, SumAt))
            );
        }

        await File.WriteAllBytesAsync(path, meta);
        try
        {
            await using var store = await FasterCheckpointStore.OpenAsync(copy.Path);
        }
        catch (CanoException refused)
            when (refused.Message.Contains("format version is 1000", StringComparison.Ordinal))
        {
            return;
        }

        throw new Broken($"{Path.GetFileName(journal)}: a newer format version was opened");
    }

    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes)
            sum = BitOperations.Crc32C(sum, value);
        return ~sum;
    }
}
