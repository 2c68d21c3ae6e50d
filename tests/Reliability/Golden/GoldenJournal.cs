using Cano.Testing;

namespace Cano.Reliability.Golden;

/// <summary>A small journal as a released version wrote it, beside what a resume of each of its runs has to
/// do.</summary>
internal static class GoldenJournal
{
    /// <summary>One line a run: its id, how often it was claimed since it came further, and what the resume
    /// did.</summary>
    public const string Expected = "expected.txt";

    private static readonly FasterCheckpointOptions s_small = new()
    {
        PageSizeBits = 16,
        MemorySizeBits = 17,
        SegmentSizeBits = 16,
    };

    /// <summary>Writes a journal of the present format into an empty directory: of every beginning one run for each
    /// of its rows, as if the process had died after that row; one of them claimed twice, one claimed and released, the last of
    /// each beginning cleared.</summary>
    public static async Task WriteAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        await using (var store = await FasterCheckpointStore.OpenAsync(directory, s_small))
        {
            foreach (var beginning in GoldenWorkflow.Beginnings)
                await WriteRunsAsync(store, beginning);
            await store.ClaimAsync("plain-1", "golden");
            await store.ClaimAsync("plain-1", "golden again");
            await store.ReleaseAsync("plain-2", await store.ClaimAsync("plain-2", "golden"));
        }

        File.Delete(Path.Combine(directory, "journal.lock"));
        using var copy = new TempDirectory();
        Copy(directory, copy.Path);
        await File.WriteAllLinesAsync(Path.Combine(directory, Expected), await ResumedAsync(copy.Path));
    }

    /// <summary>Resumes every run of a journal: what each did, in the order of the ids.</summary>
    public static async Task<List<string>> ResumedAsync(string directory)
    {
        await using var store = await FasterCheckpointStore.OpenAsync(directory);
        var runs = new List<RunSummary>();
        await foreach (var run in store.ListRunsAsync(RunFilter.All))
            runs.Add(run);

        var lines = new List<string>();
        foreach (var run in runs.OrderBy(run => run.RunId, StringComparer.Ordinal))
            lines.Add($"{run.RunId}: tries {run.Tries}, {await ResumeAsync(store, run.RunId)}");
        return lines;
    }

    /// <summary>A copy of the journal alone, so that the golden one stays as it is.</summary>
    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "journal.*"))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private static async Task WriteRunsAsync(FasterCheckpointStore store, string beginning)
    {
        for (var rows = 1; ; rows++)
        {
            var crashing = new CrashingCheckpointStore(store, rows, CrashPoint.AfterAppend);
            var workflow = new GoldenWorkflow(_ => { }).Over(crashing, beginning);
            await workflow.TryOrchestrateAsync(beginning, $"{beginning}-{rows}");
            // The last one ended by itself, and so was cleared.
            if (!crashing.HasCrashed)
                return;
        }
    }

    private static async Task<string> ResumeAsync(FasterCheckpointStore store, string id)
    {
        var told = new List<string>();
        var workflow = new GoldenWorkflow(told.Add).Over(store);
        var ended = await workflow.TryResumeFromAsync(id);
        told.Add(ended.Match(Right: state => $"-> {state}", Left: error => $"-> {error.Category}"));
        return string.Join(", ", told);
    }
}
