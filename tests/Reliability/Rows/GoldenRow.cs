using System.Buffers.Binary;
using System.Numerics;
using Cano.Reliability.Golden;

namespace Cano.Reliability.Rows;

/// <summary>The journals of every format have all that the format has, resume as they did when they were
/// written, take further rows, and one of a version to come is refused by its number. Those of formats 1
/// and 2 are frozen: what is added to a format gets a journal of its own.</summary>
internal static class GoldenRow
{
    private const int SlotSize = 4096,
        VersionAt = 8,
        SumAt = 92;

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
        var (runs, rows, retried) = (0, 0, 0);
        var golden = Path.Combine(AppContext.BaseDirectory, "golden");
        var journals = Directory.GetDirectories(golden);
        Broken.Unless(journals.Length > 0, "there are no golden journals");
        await FrozenFiles.CheckAsync(golden);
        var frames = new FrameCensus();
        foreach (var journal in journals)
        {
            await frames.ReadAsync(journal);
            var expected = await File.ReadAllLinesAsync(Path.Combine(journal, GoldenJournal.Expected));
            rows += await ReadAsync(journal);
            await ResumesAsync(journal, expected);
            await GoesOnAsync(journal, expected);
            retried += await RetriesAsync(journal);
            await RefusedAsync(journal);
            runs += expected.Length;
        }

        Broken.Unless(retried > 0, "no run waited for a person");
        var missing = string.Join(", ", frames.Missing);
        Broken.Unless(missing.Length == 0, $"no journal has a frame of kind {missing}");
        return $"{journals.Length} journals, {rows} rows read, {runs} runs resumed and taken further as expected, {retried} retried, {journals.Length} newer versions refused";
    }

    private static async Task<int> ReadAsync(string journal)
    {
        using var copy = new TempDirectory();
        GoldenJournal.Copy(journal, copy.Path);
        return await GoldenRows.ReadAsync(copy.Path, Path.GetFileName(journal));
    }

    private static async Task ResumesAsync(string journal, string[] expected)
    {
        using var copy = new TempDirectory();
        GoldenJournal.Copy(journal, copy.Path);
        var resumed = await GoldenJournal.ResumedAsync(copy.Path, GoldenClock.Reading());
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
        var beginnings = Known(GoldenWorkflow.Beginnings);
        var families = Known(GoldenFamily.Beginnings);
        foreach (var beginning in beginnings.Concat(families))
        {
            // With its children.
            var (first, fresh) = ($"{beginning}-1", $"{beginning}-new");
            foreach (
                var id in wanted
                    .Keys.Where(id => id == first || id.StartsWith($"{first}/", StringComparison.Ordinal))
                    .ToList()
            )
                wanted.Add(fresh + id[first.Length..], wanted[id]);
        }

        var ends = await GoldenJournal.ExtendedAsync(copy.Path, beginnings, families);
        foreach (var id in wanted.Keys.Union(ends.Keys))
        {
            var (end, got) = (wanted.GetValueOrDefault(id), ends.GetValueOrDefault(id));
            Broken.Unless(end == got, $"{Path.GetFileName(journal)}: '{id}' was to end {end}, got {got}");
        }

        List<string> Known(IEnumerable<string> beginnings) =>
            [.. beginnings.Where(beginning => wanted.ContainsKey($"{beginning}-1"))];
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
            var wanted = GoldenJournal.BeginningOf(line) switch
            {
                "faulty" => "Failed, -> compensation_failed",
                "measured" => "Failed, measures '!', eins is 4 and  is 1 and drei is 4, -> end",
                "wrecked" => "RollbackFailed, undid 11 fails, -> task_execution",
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
