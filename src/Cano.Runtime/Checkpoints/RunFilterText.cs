using Cano.Kernel;

namespace Cano.Runtime.Checkpoints;

/// <summary>A filter in words.</summary>
internal static class RunFilterText
{
    public static string Of(RunFilter filter)
    {
        string[] parts = [.. Parts(filter).OfType<string>()];
        return parts is [] ? nameof(RunFilter.All) : string.Join(", ", parts);
    }

    private static IEnumerable<string?> Parts(RunFilter filter)
    {
        yield return Statuses(filter.Statuses);
        yield return filter.WorkflowName is { } name ? $"of '{name}'" : null;
        yield return filter.WorkflowVersion is { } version ? $"version {version}" : null;
        yield return filter.State is { } state ? $"in '{state}'" : null;
        yield return filter.IdPrefix is { } prefix ? $"ids from '{prefix}'" : null;
        yield return filter.StartedAfter is { } after ? $"started after {Words.Instant(after)}" : null;
        yield return filter.StartedBefore is { } before ? $"started before {Words.Instant(before)}" : null;
        yield return filter.ParentRunId is { } parent ? $"children of '{parent}'" : null;
        yield return filter.Tags is { } tags ? $"tagged {tags}" : null;
        yield return filter.After is { } last ? $"behind '{last.RunId}'" : null;
        yield return filter.Limit is { } limit ? $"at most {limit}" : null;
    }

    private static string? Statuses(IReadOnlyCollection<RunStatus>? statuses) =>
        statuses is null ? null
        : statuses.Count == 0 ? "none"
        : statuses.SequenceEqual(RunStatuses.NoEnds) ? nameof(RunFilter.Unfinished)
        : string.Join(" or ", statuses);
}
