using Cano.Testing;

namespace Cano.Reliability.Golden;

/// <summary>The part of a golden journal whose runs are an engine's.</summary>
internal static class GoldenFamilies
{
    /// <summary>The engine whose runs the journal's others are not.</summary>
    public static bool IsOfEngine(RunSummary run) => run.WorkflowName != "golden";

    /// <summary>Of every beginning one run for each of its rows and those of its children, as if the process
    /// had died after that row, and one that ended.</summary>
    public static async Task WriteAsync(ICheckpointStore store, VirtualTime time)
    {
        foreach (var beginning in GoldenFamily.Beginnings)
        {
            var rows = 1;
            while (await DiesAsync(store, time, beginning, $"{beginning}-{rows}", rows))
                rows++;
        }
    }

    /// <summary>Resumes all runs at once: what each did, in the order of the ids.</summary>
    public static async Task<List<string>> ResumedAsync(FasterCheckpointStore store, VirtualTime time)
    {
        var runs = await RunsAsync(store);
        var known = new List<string>();
        foreach (var run in runs)
            known.Add(string.Concat((await GoldenKnown.OfAsync(store, run)).Select(what => $"{what}, ")));
        await using var engine = await GoldenEngine.OpenAsync(store, time, isWritten: false);
        await engine.ResumeAsync();
        var lines = new List<string>();
        foreach (var (run, before) in runs.Zip(known))
            lines.Add(
                $"{run.RunId}: {run.Status}, {before}{Did(engine, run.RunId)}{await EndAsync(store, run.RunId)}"
            );
        foreach (var run in await RunsAsync(store))
            if (runs.All(other => other.RunId != run.RunId))
                lines.Add($"{run.RunId}: begun, {Did(engine, run.RunId)}{await EndAsync(store, run.RunId)}");
        return lines;
    }

    /// <summary>Begins one run of each of these beginnings, and dies on its way with all, which have as many
    /// rows more by then as there are runs.</summary>
    public static async Task ExtendAsync(
        FasterCheckpointStore store,
        VirtualTime time,
        IReadOnlyList<string> beginnings
    )
    {
        var runs = await RunsAsync(store);
        foreach (var beginning in beginnings)
            await DiesAsync(store, time, beginning, $"{beginning}-new", 1);
        await using var engine = await GoldenEngine.OpenAsync(store, time, isWritten: false, runs.Count);
        await engine.ResumeAsync();
    }

    private static async Task<bool> DiesAsync(
        ICheckpointStore store,
        VirtualTime time,
        string beginning,
        string id,
        int rows
    )
    {
        // A child that was not there yet is one whose parent died as soon as it had said that it begins it.
        var first = beginning == "recalled" ? Math.Min(rows, 4) : rows;
        await using (var engine = await GoldenEngine.OpenAsync(store, time, isWritten: true, first))
        {
            await engine.StartAsync(beginning, id);
            if (!engine.HasDied && GoldenFamily.Retried.Contains(beginning))
                await engine.RetryAsync(beginning, id);
            if (!engine.HasDied || first == rows)
                return engine.HasDied;
        }

        await using var next = await GoldenEngine.OpenAsync(store, time, isWritten: true, rows - first);
        await next.CancelAsync(beginning, id);
        return next.HasDied;
    }

    private static string Did(GoldenEngine engine, string id) =>
        engine.Told.TryGetValue(id, out var told) ? string.Concat(told.Select(what => $"{what}, ")) : "";

    /// <summary>How it ended, where, and what it gave.</summary>
    private static async Task<string> EndAsync(FasterCheckpointStore store, string id)
    {
        var rows = await store.LoadRunAsync(id);
        var end = rows[^1];
        var gave = rows.LastOrDefault(row => row.Output is not null)?.Output is { } output
            ? $", giving {GoldenKnown.Text(output)}"
            : "";
        return $"-> {end.Status} {end.Category ?? end.State}{gave}";
    }

    /// <summary>In the order of the ids.</summary>
    private static async Task<List<RunSummary>> RunsAsync(FasterCheckpointStore store)
    {
        var runs = new List<RunSummary>();
        await foreach (var run in store.ListRunsAsync(RunFilter.All))
            if (IsOfEngine(run))
                runs.Add(run);
        runs.Sort((one, other) => StringComparer.Ordinal.Compare(one.RunId, other.RunId));
        return runs;
    }
}
