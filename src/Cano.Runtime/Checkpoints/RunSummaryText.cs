using Cano.Kernel;
using static System.FormattableString;

namespace Cano.Runtime.Checkpoints;

/// <summary>A listed run in words, the same in every culture.</summary>
internal static class RunSummaryText
{
    public static string Of(RunSummary run) => string.Join(", ", Parts(run).OfType<string>());

    private static IEnumerable<string?> Parts(RunSummary run)
    {
        yield return $"'{run.RunId}': {run.Status}";
        yield return run.State is { } state ? $"in '{state}'" : null;
        yield return run.WorkflowName is { } name ? $"of '{name}'" : null;
        yield return Invariant($"version {run.WorkflowVersion}");
        yield return Invariant($"row {run.LastSequence}");
        yield return Invariant($"visit {run.Visit}");
        yield return At("started", run.StartedAt);
        yield return At("updated", run.UpdatedAt);
        yield return At("ended", run.EndedAt);
        yield return At("wakes", run.WakesAt);
        yield return run.IsParked ? "parked" : null;
        yield return run.ParentRunId is { } parent ? $"child of '{parent}'" : null;
        yield return run.Tags.Count > 0 ? $"tagged {run.Tags}" : null;
        yield return run.Category;
        yield return run.Tries > 0 ? Invariant($"tries {run.Tries}") : null;
        yield return run.Damage;
    }

    private static string? At(string what, DateTimeOffset? instant) =>
        instant is { } at ? $"{what} {Words.Instant(at)}" : null;
}
