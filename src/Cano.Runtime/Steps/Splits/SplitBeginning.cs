using Cano.Kernel;

namespace Cano.Runtime.Steps.Splits;

/// <summary>What the branches of a split begin from.</summary>
/// <param name="Node">The split's state.</param>
/// <param name="Visit">The visit.</param>
/// <param name="Join">When they are done.</param>
internal readonly record struct SplitBeginning(Node Node, long Visit, SplitRules Join)
{
    /// <summary>What rows tell of journaled ones; null of others.</summary>
    public FanOut? Rows { get; init; }

    /// <summary>What the split's state carries.</summary>
    public StateData Carried { get; init; }
}
