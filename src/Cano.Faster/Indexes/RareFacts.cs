using Cano.Runtime.Checkpoints;

namespace Cano.Faster.Indexes;

/// <summary>What few runs have; a journal of a million runs keeps it for those alone.</summary>
/// <param name="Category">Of a run that failed its error's category.</param>
/// <param name="ParentRunId">The run that it is a child of.</param>
/// <param name="Tags">What it was tagged with.</param>
internal sealed record RareFacts(string? Category, string? ParentRunId, RunTags Tags)
{
    /// <summary>Null when there is nothing to keep.</summary>
    public static RareFacts? Of(string? category, string? parentRunId, RunTags tags) =>
        category is null && parentRunId is null && tags.Count == 0 ? null : new(category, parentRunId, tags);

    /// <summary>After a further row: parent and tags last, the category is the newest row's.</summary>
    public static RareFacts? After(RareFacts? known, RareFacts? newest)
    {
        if (known is null)
            return newest;
        var parent = known.ParentRunId ?? newest?.ParentRunId;
        var tags = known.Tags.Count > 0 || newest is null ? known.Tags : newest.Tags;
        var isSame = newest?.Category == known.Category && parent == known.ParentRunId && tags == known.Tags;
        return isSame ? known : Of(newest?.Category, parent, tags);
    }
}
