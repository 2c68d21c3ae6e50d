namespace Cano.Reliability.Starts;

/// <summary>Lists and counts of an engine against a naive filter over all runs, looked up one by
/// one.</summary>
internal static class Lists
{
    private static readonly RunStatus[] s_all = Enum.GetValues<RunStatus>();

    /// <summary>Compares them.</summary>
    /// <returns>How many were.</returns>
    public static int Check(CanoEngine engine, IReadOnlyList<RunInfo> found, Random chance)
    {
        var all = found
            .OrderByDescending(run => run.StartedAt)
            .ThenBy(run => run.RunId, StringComparer.Ordinal)
            .ToList();
        var (queries, asked) = (Queries(all, chance).ToList(), 0);
        foreach (var (query, accepts) in queries)
        {
            var expected = all.Where(accepts).ToList();
            if (query.After is { } after)
                expected = [.. expected.SkipWhile(run => run.RunId != after.RunId).Skip(1)];
            expected = [.. expected.Take(query.Limit ?? int.MaxValue)];
            var listed = engine.ListAsync(query).ToBlockingEnumerable().ToList();
            Broken.Unless(
                Told(listed) == Told(expected),
                $"{query} lists {Told(listed)}, and there are {Told(expected)}"
            );
            var counts = engine.CountAsync(query).GetAwaiter().GetResult();
            var naive = expected
                .GroupBy(run => run.Status)
                .ToDictionary(runs => runs.Key, runs => runs.LongCount());
            Broken.Unless(
                counts.Count == naive.Count && naive.All(of => counts.GetValueOrDefault(of.Key) == of.Value),
                $"{query} counts {string.Join(", ", counts)}, and there are {Told(expected)}"
            );
            asked++;
        }

        return asked;
    }

    private static IEnumerable<(RunQuery Query, Func<RunInfo, bool> Accepts)> Queries(
        List<RunInfo> all,
        Random chance
    )
    {
        yield return (RunQuery.All, _ => true);
        yield return (RunQuery.Unfinished, run => !run.HasEnded);
        yield return (
            RunQuery.NeedsAttention,
            run =>
                run.Status
                    is RunStatus.Failed
                        or RunStatus.RollbackFailed
                        or RunStatus.Quarantined
                        or RunStatus.Damaged
                || run.Held is not null
        );
        var status = s_all[chance.Next(s_all.Length)];
        yield return (new RunQuery { Statuses = [status] }, run => run.Status == status);
        yield return (new RunQuery { Statuses = [] }, _ => false);
        var page = chance.Next(3);
        yield return (new RunQuery { Limit = page }, _ => true);
        if (all.Count == 0)
            yield break;
        var one = all[chance.Next(all.Count)];
        yield return (new RunQuery { State = one.State }, run => run.State == one.State);
        yield return (new RunQuery { IdPrefix = one.RunId }, run => run.RunId == one.RunId);
        yield return (
            new RunQuery { WorkflowName = one.WorkflowName },
            run => run.WorkflowName == one.WorkflowName
        );
        yield return (new RunQuery { After = one, Limit = 1 + page }, _ => true);
    }

    private static string Told(IEnumerable<RunInfo> runs) =>
        $"[{string.Join(", ", runs.Select(run => $"{run}, row {run.LastSequence}, tried {run.Tries}"))}]";
}
