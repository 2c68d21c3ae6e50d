using System.Globalization;
using Cano.Runtime.Data;

namespace Cano;

/// <summary>What became of the branches of a split, each list in the order of the items.</summary>
public sealed record BranchResults<TItem, TResult>
{
    /// <summary>What the branches gave that succeeded.</summary>
    public IReadOnlyList<BranchResult<TItem, TResult>> Succeeded
    {
        get;
        init => field = ContentList<BranchResult<TItem, TResult>>.Of(value);
    } = ContentList<BranchResult<TItem, TResult>>.Of([]);

    /// <summary>Why the branches failed that failed for good.</summary>
    public IReadOnlyList<BranchFault<TItem>> Failed
    {
        get;
        init => field = ContentList<BranchFault<TItem>>.Of(value);
    } = ContentList<BranchFault<TItem>>.Of([]);

    /// <summary>The items whose branches had not ended when the join was decided, or when the split's time
    /// was up.</summary>
    public IReadOnlyList<TItem> NotNeeded
    {
        get;
        init => field = ContentList<TItem>.Of(value);
    } = ContentList<TItem>.Of([]);

    /// <summary>How many items there were.</summary>
    public int Total => Succeeded.Count + Failed.Count + NotNeeded.Count;

    /// <summary>How many succeeded, failed and were not needed.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Succeeded?.Count} succeeded, {Failed?.Count} failed, {NotNeeded?.Count} not needed"
        );
}

/// <summary>What a branch gave.</summary>
/// <param name="Index">The item's place, from 0.</param>
/// <param name="Item">The item.</param>
/// <param name="Value">What its branch gave.</param>
public readonly record struct BranchResult<TItem, TResult>(int Index, TItem Item, TResult Value)
{
    /// <summary>The item with what its branch gave: "item 3: 17".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"item {Index}: {Value}");
}

/// <summary>Why a branch failed.</summary>
/// <param name="Index">The item's place, from 0.</param>
/// <param name="Item">The item.</param>
/// <param name="Error">The branch's last error.</param>
public readonly record struct BranchFault<TItem>(int Index, TItem Item, CanoError Error)
{
    /// <summary>The item with its error.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"item {Index} failed: {Error}");
}
