namespace Cano.Runtime.Checkpoints;

/// <summary>What the id of a journaled run may be.</summary>
internal static class RunIdRule
{
    /// <summary>The longest, in bytes of UTF-8.</summary>
    public const int BytesMax = 1024;

    /// <summary>What is wrong with an id; null when nothing is.</summary>
    public static string? Problem(string id) =>
        StoredText.Length(id) is null or 0 or > BytesMax
            ? $"a run id takes 1 to {BytesMax} bytes of UTF-8; '{id}' does not"
            : null;

    /// <summary>What is wrong with an id whose run's children have ids that are so much longer; null when
    /// nothing is.</summary>
    public static string? ProblemOfChildren(string id, int suffixMax) =>
        suffixMax > 0 && StoredText.Length(id) + suffixMax > BytesMax
            ? $"a run id takes 1 to {BytesMax} bytes of UTF-8, and those of its children up to {suffixMax} more: '{id}' is too long for them"
            : null;

    /// <summary>The id is that of something which is kept beside runs: in no list, count or
    /// retention.</summary>
    public static bool IsReserved(string id) => OccurrenceId.IsWatermark(id);
}
