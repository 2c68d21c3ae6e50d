using System.Globalization;

namespace Cano.Runtime.Checkpoints;

/// <summary>The ids of children: `{parent}/{visit}`, of several `{parent}/{visit}/{index or name}`.</summary>
internal static class ChildId
{
    /// <summary>That of an only child of a visit.</summary>
    public static string Of(string parentId, long visit) =>
        string.Create(CultureInfo.InvariantCulture, $"{parentId}/{visit}");

    /// <summary>The runs of which a run with this id would be a child, the nearest first; empty where there
    /// can be none.</summary>
    public static IEnumerable<string> ParentsOf(string id)
    {
        for (var at = id.LastIndexOf('/'); at > 0; at = id.LastIndexOf('/', at - 1))
            if (VisitAt(id, at + 1) is not null)
                yield return id[..at];
    }

    /// <summary>The visit of the parent that a child is of; null when the id is none of a child's.</summary>
    public static long? VisitOf(string id, string parentId) =>
        id.Length > parentId.Length
        && id.StartsWith(parentId, StringComparison.Ordinal)
        && id[parentId.Length] == '/'
            ? VisitAt(id, parentId.Length + 1)
            : null;

    private static long? VisitAt(string id, int at)
    {
        var end = id.IndexOf('/', at);
        var digits = id.AsSpan(at, (end < 0 ? id.Length : end) - at);
        return
            digits.Length > 0
            && !digits.ContainsAnyExceptInRange('0', '9')
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var visit)
            ? visit
            : null;
    }
}
