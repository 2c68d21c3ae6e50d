using System.Buffers.Binary;
using System.Numerics;
using Cano.Reliability.Golden;

namespace Cano.Reliability.Rows;

/// <summary>The journals of every released format resume as they did when they were written, and one of a version to
/// come is refused by its number.</summary>
internal static class GoldenRow
{
    private static readonly DateTimeOffset s_firstJournal = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const int SlotSize = 4096,
        VersionAt = 8,
        SumAt = 92;

    public static ScoreRow Row { get; } =
        new(
            19,
            "golden",
            "journals of every released format resume, or are refused with the version",
            1,
            1,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        var runs = 0;
        var journals = Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "golden"));
        Broken.Unless(journals.Length > 0, "there are no golden journals");
        foreach (var journal in journals)
        {
            runs += await ResumesAsync(journal);
            await RefusedAsync(journal);
        }

        return $"{journals.Length} formats, {runs} runs resumed as expected, {journals.Length} newer versions refused";
    }

    private static async Task<int> ResumesAsync(string journal)
    {
        using var copy = new TempDirectory();
        GoldenJournal.Copy(journal, copy.Path);
        await DatedAsync(copy.Path);
        var expected = await File.ReadAllLinesAsync(Path.Combine(journal, GoldenJournal.Expected));
        var resumed = await GoldenJournal.ResumedAsync(copy.Path);
        for (var i = 0; i < Math.Max(expected.Length, resumed.Count); i++)
        {
            var (wanted, got) = (expected.ElementAtOrDefault(i), resumed.ElementAtOrDefault(i));
            Broken.Unless(wanted == got, $"{Path.GetFileName(journal)}: expected '{wanted}', got '{got}'");
        }

        return resumed.Count;
    }

    /// <summary>Every row tells when it was written, whatever its format.</summary>
    private static async Task DatedAsync(string directory)
    {
        await using var store = await FasterCheckpointStore.OpenAsync(directory);
        await foreach (var run in store.ListRunsAsync(RunFilter.All))
        foreach (var row in await store.LoadRunAsync(run.RunId))
            Broken.Unless(
                row.WrittenAt > s_firstJournal,
                $"'{run.RunId}': row {row.Sequence} was written {row.WrittenAt}"
            );
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
