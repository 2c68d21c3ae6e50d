using System.Text;
using Cano.Kernel;

namespace Cano.Reliability.Golden;

/// <summary>What a golden journal says of a run beside what its rows do.</summary>
internal static class GoldenKnown
{
    private const int LongestText = 60;

    /// <summary>Of its start, of when it wakes, of its output, of its inbox, and that it failed. Nothing of a
    /// run of format 1.</summary>
    public static async Task<List<string>> OfAsync(FasterCheckpointStore store, RunSummary run)
    {
        var known = new List<string>();
        var rows = await store.LoadRunAsync(run.RunId);
        if (rows[0].Start is not { Key: not null } start)
            return known;
        if (run.Tags.Count > 0)
            known.Add($"{string.Join(' ', run.Tags.Select(tag => $"{tag.Key}={tag.Value}"))}");
        if (start.Input is { } input)
            known.Add($"{input.TypeName} {Text(input)}");
        if (start.NotBefore is { } instant)
            known.Add($"not before {instant:u}, traced {start.Trace}");
        if (start.Parent is { } parent)
            known.Add($"child of {parent.RunId}");
        if (run.WakesAt is { } wakes)
            known.Add($"wakes at {wakes:u}");
        if (rows.LastOrDefault(row => row.Output is not null)?.Output is { } output)
            known.Add($"gave {Text(output)}");
        if (rows.FirstOrDefault(row => row.Codec is not null)?.Codec is { } codec)
            known.Add($"in {codec}");
        known.AddRange(rows.Select(Asked).OfType<string>());
        if (run.Status == RunStatus.Failed)
            known.Add($"Failed {run.Category}");
        foreach (var item in await store.ReadInboxAsync(run.RunId))
            known.Add(
                $"{item.Number} {item} {item.Id} {(item.Payload is { } payload ? Text(payload) : "")} {item.Codec}".Trim()
            );
        return known;
    }

    /// <summary>What is long is told by its beginning and its length.</summary>
    public static string Text(StoredValue value)
    {
        var text = Encoding.UTF8.GetString(value.Json);
        return text.Length <= LongestText ? text : $"{text[..LongestText]}… of {text.Length}";
    }

    /// <summary>What a row says of a cancel.</summary>
    private static string? Asked(CheckpointRow row) =>
        row.Kind == RowKind.CancelRequested
        && RowFormat.TryReadFact(row.Kind, null, OptionalBytes.Of(row.Payload), out var fact) is null
        && fact is Fact.CancelRequested { Item: var asked }
            ? $"cancelled for good at {asked.RequestedAt:u}: {asked.Reason}"
            : null;
}
