namespace Cano.Runtime.Checkpoints;

/// <summary>A store as one node has it: a claim may be answered with no.</summary>
internal interface INodeClaims
{
    /// <summary>It is; a store that others stand behind is what they are.</summary>
    bool IsNodes { get; }

    /// <summary>Null: another node that lives has the run, or it is not to be had by this rule.</summary>
    ValueTask<RunClaim?> TryClaimAsync(string runId, ClaimIf rule);
}
