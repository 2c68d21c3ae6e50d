using System.Globalization;

namespace Cano.Runtime.Checkpoints;

/// <summary>The ids of a flow's runs: `flow/occurrence`, and `flow/occurrence/instance` in a concurrent
/// flow.</summary>
/// <remarks>Changing them strands the unfinished runs of old journals. An occurrence is an instant as
/// `2026-03-29T01:00:00.0000000Z`: always 28 characters of UTC, so that ids sort as their instants
/// do.</remarks>
internal static class OccurrenceId
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
    private const string WatermarkEnd = "/watermark";
    private const int Length = 28;

    /// <summary>The run of an occurrence; `instance` is empty unless the flow is concurrent.</summary>
    public static string Of(string flow, DateTimeOffset occurrence, string instance = "") =>
        instance.Length == 0 ? $"{flow}/{Text(occurrence)}" : $"{flow}/{Text(occurrence)}/{instance}";

    /// <summary>The id under which a flow's watermark is kept. No occurrence reads like this.</summary>
    public static string Watermark(string flow) => flow + WatermarkEnd;

    /// <summary>Whether a flow's watermark is kept under this id.</summary>
    public static bool IsWatermark(string runId) =>
        runId.EndsWith(WatermarkEnd, StringComparison.Ordinal) && !IsOne(runId);

    public static string Text(DateTimeOffset occurrence) =>
        occurrence.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Every flow whose run this may be, with the occurrence: of most ids none, of a flow's run
    /// one.</summary>
    public static IEnumerable<(string Flow, DateTimeOffset Occurrence)> AllIn(string runId)
    {
        for (var at = runId.IndexOf('/'); at >= 0; at = runId.IndexOf('/', at + 1))
            if (After(runId.AsSpan(at)) is { } occurrence)
                yield return (runId[..at], occurrence);
    }

    /// <summary>Whether a run is some flow's: a scheduler knows what has become of it, and goes on with
    /// it.</summary>
    public static bool IsOne(string runId)
    {
        for (var at = runId.IndexOf('/'); at >= 0; at = runId.IndexOf('/', at + 1))
            if (After(runId.AsSpan(at)) is not null)
                return true;
        return false;
    }

    /// <summary>The occurrence that follows a flow's name.</summary>
    private static DateTimeOffset? After(ReadOnlySpan<char> rest)
    {
        if (rest.Length <= Length || rest[0] != '/')
            return null;
        return rest.Length == Length + 1 || rest[Length + 1] == '/' ? Read(rest[1..(Length + 1)]) : null;
    }

    public static DateTimeOffset? Read(ReadOnlySpan<char> text) =>
        DateTimeOffset.TryParseExact(
            text,
            Format,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var occurrence
        )
            ? occurrence
            : null;
}
