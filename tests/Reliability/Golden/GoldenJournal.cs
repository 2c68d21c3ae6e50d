using Cano.Runtime.Runs;
using Cano.Runtime.Scope;
using Cano.Testing;
using Underlying = Cano.Runtime.Runs.Runs;

namespace Cano.Reliability.Golden;

/// <summary>A small journal as a released version wrote it, beside what a resume of each of its runs has to
/// do.</summary>
internal static partial class GoldenJournal
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

    /// <summary>Resumes every run of a journal: what each did, in the order of the ids.</summary>
    public static async Task<List<string>> ResumedAsync(string directory, VirtualTime time)
    {
        await using var store = await OpenAsync(directory, time);
        var lines = new List<string>();
        foreach (var run in await RunsAsync(store))
        {
            var known = string.Concat((await GoldenKnown.OfAsync(store, run)).Select(what => $"{what}, "));
            lines.Add($"{run.RunId}: tries {run.Tries}, {known}{await ResumeAsync(store, time, run.RunId)}");
        }

        lines.AddRange(await GoldenFamilies.ResumedAsync(store, time));
        lines.AddRange(await GoldenFlows.ReadAsync(store));
        return lines;
    }

    /// <summary>Brings every run of a journal to an end, then retries those that wait for a person: what each
    /// did.</summary>
    public static async Task<List<string>> RetriedAsync(string directory)
    {
        await ResumedAsync(directory, GoldenClock.Reading());
        var time = GoldenClock.ReadingAgain();
        await using var store = await OpenAsync(directory, time);
        var lines = new List<string>();
        foreach (var run in (await RunsAsync(store)).Where(WaitsForAPerson))
        {
            var did = await ResumeAsync(store, time, run.RunId, TakeUpFor.Retry);
            lines.Add($"{run.RunId}: {run.Status}, {did}");
        }

        return lines;
    }

    /// <summary>Takes every run of a journal one row further, begins one of each of its beginnings, and
    /// resumes them all when the journal was opened anew: how each ended. A new run of `plain` is called
    /// `plain-new`.</summary>
    public static async Task<Dictionary<string, string>> ExtendedAsync(
        string directory,
        IReadOnlyList<string> beginnings,
        IReadOnlyList<string> families
    )
    {
        var ends = new Dictionary<string, string>();
        var time = GoldenClock.Reading();
        await using (var store = await OpenAsync(directory, time))
        {
            foreach (var run in await RunsAsync(store))
                if (await ResumeUntilRowAsync(store, time, run) is { } end)
                    ends[run.RunId] = end;
            foreach (var beginning in beginnings)
                await GoldenWriter.WriteAsync(store, time, beginning, $"{beginning}-new", 1);
            if (families.Count > 0)
                await GoldenFamilies.ExtendAsync(store, time, families);
        }

        // A run that could not be undone is still there after its end.
        foreach (var line in await ResumedAsync(directory, GoldenClock.ReadingAgain()))
            ends[IdOf(line)] = EndOf(line);
        return ends;
    }

    private static bool WaitsForAPerson(RunSummary run) =>
        run.Status is RunStatus.Failed or RunStatus.RollbackFailed;

    /// <summary>The beginning of a run.</summary>
    public static string BeginningOf(string id) => id[..id.IndexOf('-', StringComparison.Ordinal)];

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

    private static Task<FasterCheckpointStore> OpenAsync(string directory, VirtualTime time) =>
        FasterCheckpointStore.OpenAsync(directory, s_small with { TimeProvider = time });

    private static async Task<string> ResumeAsync(
        ICheckpointStore store,
        VirtualTime time,
        string id,
        TakeUpFor why = TakeUpFor.Itself
    )
    {
        var told = new List<string>();
        var workflow = new GoldenWorkflow(told.Add, time, isRetry: why == TakeUpFor.Retry).Over(
            new Answers(store),
            BeginningOf(id)
        );
        var result = new RunResult();
        try
        {
            var request = new RunRequest(id) { For = why, Result = result };
            var run = Underlying.ResumeAsync(workflow.Compiled, request, default).AsTask();
            told.Add($"-> {await time.RunAsync(run)}");
            if (result.Output is { } output)
                told.Add($"giving {GoldenKnown.Text(output)}");
        }
        catch (CanoException failure)
        {
            told.Add($"-> {failure.Error.Category}");
        }

        return string.Join(", ", told);
    }

    /// <summary>Resumes a run until it has one row more: null; else how it ended without one.</summary>
    private static async Task<string?> ResumeUntilRowAsync(
        FasterCheckpointStore store,
        VirtualTime time,
        RunSummary run
    )
    {
        var crashing = new CrashingCheckpointStore(store, 1, CrashPoint.AfterAppend);
        var did = await ResumeAsync(crashing, time, run.RunId);
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
            if (!GoldenFamilies.IsOfEngine(run))
                runs.Add(run);
        runs.Sort((one, other) => StringComparer.Ordinal.Compare(one.RunId, other.RunId));
        return runs;
    }
}
