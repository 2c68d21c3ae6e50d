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

    /// <summary>Writes a journal of the present format into an empty directory: of every beginning one run
    /// for each of its rows, as if the process had died after that row; one of them claimed twice, one
    /// claimed and released, and of each beginning one run that ended.</summary>
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
        var lines = new List<string>();
        foreach (var run in await RunsAsync(store))
            lines.Add($"{run.RunId}: tries {run.Tries}, {await ResumeAsync(store, run.RunId)}");
        return lines;
    }

    /// <summary>Takes every run of a journal one row further, begins one of each of its beginnings, and
    /// resumes them all when the journal was opened anew: how each ended. A new run of `plain` is called
    /// `plain-new`.</summary>
    public static async Task<Dictionary<string, string>> ExtendedAsync(
        string directory,
        IReadOnlyList<string> beginnings
    )
    {
        var ends = new Dictionary<string, string>();
        await using (var store = await FasterCheckpointStore.OpenAsync(directory))
        {
            foreach (var run in await RunsAsync(store))
                if (await ResumeUntilRowAsync(store, run) is { } end)
                    ends[run.RunId] = end;
            foreach (var beginning in beginnings)
                await WriteRunAsync(store, beginning, $"{beginning}-new", 1);
        }

        // A run that could not be undone is still there after its end.
        foreach (var line in await ResumedAsync(directory))
            ends[IdOf(line)] = EndOf(line);
        return ends;
    }

    /// <summary>The run that a line is of.</summary>
    public static string IdOf(string line) => line[..line.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>How the run that a line is of ended.</summary>
    public static string EndOf(string line) => line[line.IndexOf("->", StringComparison.Ordinal)..];

    /// <summary>A copy of the journal alone, so that the golden one stays as it is.</summary>
    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "journal.*"))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private static async Task WriteRunsAsync(FasterCheckpointStore store, string beginning)
    {
        var rows = 1;
        while (await WriteRunAsync(store, beginning, $"{beginning}-{rows}", rows))
            rows++;
    }

    /// <summary>A run that dies with so many rows; false when it ended before.</summary>
    private static async Task<bool> WriteRunAsync(
        FasterCheckpointStore store,
        string beginning,
        string id,
        int rows
    )
    {
        var crashing = new CrashingCheckpointStore(store, rows, CrashPoint.AfterAppend);
        using var stop = new CancellationTokenSource();
        var workflow = new GoldenWorkflow(_ => { }, stop).Over(crashing, beginning);
        await workflow.TryOrchestrateAsync(beginning, id, stop.Token);
        return crashing.HasCrashed;
    }

    private static async Task<string> ResumeAsync(ICheckpointStore store, string id)
    {
        var told = new List<string>();
        var workflow = new GoldenWorkflow(told.Add).Over(store);
        var ended = await workflow.TryResumeFromAsync(id);
        told.Add(ended.Match(Right: state => $"-> {state}", Left: error => $"-> {error.Category}"));
        return string.Join(", ", told);
    }

    /// <summary>Resumes a run until it has one row more: null; else how it ended without one.</summary>
    private static async Task<string?> ResumeUntilRowAsync(FasterCheckpointStore store, RunSummary run)
    {
        var crashing = new CrashingCheckpointStore(store, 1, CrashPoint.AfterAppend);
        var did = await ResumeAsync(crashing, run.RunId);
        if (!crashing.HasCrashed)
            return EndOf(did);
        var rows = await store.LoadRunAsync(run.RunId);
        Broken.Unless(
            rows[^1].Sequence == run.LastSequence + 1,
            $"'{run.RunId}': row {rows[^1].Sequence} follows row {run.LastSequence}"
        );
        return null;
    }

    /// <summary>In the order of the ids.</summary>
    private static async Task<List<RunSummary>> RunsAsync(FasterCheckpointStore store)
    {
        var runs = new List<RunSummary>();
        await foreach (var run in store.ListRunsAsync(RunFilter.All))
            runs.Add(run);
        runs.Sort((one, other) => StringComparer.Ordinal.Compare(one.RunId, other.RunId));
        return runs;
    }
}
