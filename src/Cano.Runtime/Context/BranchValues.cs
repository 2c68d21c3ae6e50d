using Cano.Runtime.Data;

namespace Cano.Runtime.Context;

/// <summary>The items of a split and what its branches gave, as a row keeps them.</summary>
/// <param name="Items">All items, in their order.</param>
/// <param name="Values">What each branch that succeeded gave, in the order of the items.</param>
internal sealed partial record BranchValues<TItem, TResult>(TItem[] Items, TResult[] Values)
{
    /// <summary>What a row says.</summary>
    /// <exception cref="CanoException">`workflow`: it is of other types.</exception>
    public static BranchValues<TItem, TResult> Read(StoredValue stored, TaskContext context) =>
        KeptValue.Read<BranchValues<TItem, TResult>>(
            stored,
            context.Options.Values,
            $"the results of the split before state '{context.State}'",
            typeof(TItem),
            typeof(TResult)
        );

    /// <summary>What became of the branches, each with its item.</summary>
    public BranchResults<TItem, TResult> Results(SplitResult result) =>
        new()
        {
            Succeeded =
            [
                .. result.Successes.Select(
                    (success, i) =>
                        new BranchResult<TItem, TResult>(success.Index, Items[success.Index], Values[i])
                ),
            ],
            Failed =
            [
                .. result.Errors.Select(error => new BranchFault<TItem>(
                    error.Index,
                    Items[error.Index],
                    error.Error
                )),
            ],
            NotNeeded = [.. result.Cancelled.Select(branch => Items[branch.Index])],
        };
}
