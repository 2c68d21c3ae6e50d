using Cano.Runtime.Data;

namespace Cano.Runtime.Context;

/// <summary>Why a state does not get what the branches of a split gave.</summary>
internal static class SplitResults
{
    public static CanoException None(string state) =>
        Of($"state '{state}' follows no split: ask for its results in the state that its `next` chose");

    /// <param name="state">The state that asks.</param>
    /// <param name="known">What the branches gave; null when they give nothing.</param>
    public static CanoException OfOthers(string state, object? known) =>
        Of(
            known is null
                ? $"state '{state}' follows a split whose branches give nothing: look at context.SplitResult"
                : $"state '{state}' asks for other results than `{TypeNames.Of(known.GetType())}`, which the split before it has"
        );

    private static CanoException Of(string text) => new(CanoError.Of(Fault.NewWorkflow(text)));
}
