using System.Text;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Runs;
using Cano.Runtime.Scope;
using Cano.Testing;
using Underlying = Cano.Runtime.Runs.Runs;

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
    /// claimed and released, some with signals or a cancel in their inbox, and of each beginning one run that
    /// ended.</summary>
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
            await SendAsync(store);
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
        {
            var known = string.Concat((await KnownAsync(store, run)).Select(what => $"{what}, "));
            lines.Add($"{run.RunId}: tries {run.Tries}, {known}{await ResumeAsync(store, run.RunId)}");
        }

        return lines;
    }

    /// <summary>Brings every run of a journal to an end, then retries those that wait for a person: what each
    /// did.</summary>
    public static async Task<List<string>> RetriedAsync(string directory)
    {
        await ResumedAsync(directory);
        await using var store = await FasterCheckpointStore.OpenAsync(directory);
        var lines = new List<string>();
        foreach (var run in await RunsAsync(store))
            lines.Add($"{run.RunId}: {run.Status}, {await ResumeAsync(store, run.RunId, TakeUpFor.Retry)}");
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
                await GoldenWriter.WriteAsync(store, beginning, $"{beginning}-new", 1);
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
        while (await GoldenWriter.WriteAsync(store, beginning, $"{beginning}-{rows}", rows))
            rows++;
    }

    /// <summary>What lies in inboxes of runs that nobody works on.</summary>
    private static async Task SendAsync(FasterCheckpointStore store)
    {
        var paid = InboxItem.Signal("paid", "payment-1", new("{\"sum\":7}"u8.ToArray(), "Payment"));
        await store.AcceptAsync("stepped-2", paid);
        await store.AcceptAsync("stepped-2", InboxItem.Signal("hurry"));
        await store.AcceptAsync("failed-2", paid);
        await store.AcceptAsync("revoked-3", InboxItem.Cancel("nobody there"));
        await store.AcceptAsync("parked-2", InboxItem.Cancel());
    }

    /// <summary>What the journal says of a run beside what its rows do: of its start, of its output, of its
    /// inbox, and that it failed. Nothing of a run of format 1.</summary>
    private static async Task<List<string>> KnownAsync(FasterCheckpointStore store, RunSummary run)
    {
        var known = new List<string>();
        var rows = await store.LoadRunAsync(run.RunId);
        if (rows[0].Start is { Input: { } input } start)
        {
            known.Add($"{string.Join(' ', run.Tags.Select(tag => $"{tag.Key}={tag.Value}"))}");
            known.Add($"{input.TypeName} {Text(input)}");
            known.Add($"not before {start.NotBefore:u}, child of {start.Parent}, traced {start.Trace}");
        }

        if (rows.LastOrDefault(row => row.Output is not null)?.Output is { } output)
            known.Add($"gave {Text(output)}");
        foreach (var fact in LoadedRows.Told(run.RunId, rows).Select(row => row.Fact))
            if (fact is Fact.CancelRequested { Item: var asked })
                known.Add($"cancelled for good at {asked.RequestedAt:u}: {asked.Reason}");
        if (run.Status == RunStatus.Failed)
            known.Add($"Failed {run.Category}");
        foreach (var item in await store.ReadInboxAsync(run.RunId))
            known.Add(
                $"{item.Number} {item} {item.Id} {(item.Payload is { } payload ? Text(payload) : "")}".Trim()
            );
        return known;
    }

    private static string Text(StoredValue value) => Encoding.UTF8.GetString(value.Json);

    private static async Task<string> ResumeAsync(
        ICheckpointStore store,
        string id,
        TakeUpFor why = TakeUpFor.Itself
    )
    {
        var told = new List<string>();
        var workflow = new GoldenWorkflow(told.Add).Over(store);
        var result = new RunResult();
        try
        {
            var request = new RunRequest(id) { For = why, Result = result };
            told.Add($"-> {await Underlying.ResumeAsync(workflow.Compiled, request, default)}");
            if (result.Output is { } output)
                told.Add($"giving {Text(output)}");
        }
        catch (CanoException failure)
        {
            told.Add($"-> {failure.Error.Category}");
        }

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
