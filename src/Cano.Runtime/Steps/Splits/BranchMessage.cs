namespace Cano.Runtime.Steps.Splits;

/// <summary>What a split hears while its branches run. A message is told once.</summary>
internal abstract class BranchMessage
{
    /// <summary>The next one in the list that it is in.</summary>
    public BranchMessage? Next { get; set; }
}

/// <summary>The time of the split is up.</summary>
internal sealed class SplitTimeIsUp : BranchMessage;

/// <summary>Every branch of a split whose successes are not told one by one has ended.</summary>
internal sealed class BranchesHaveEnded : BranchMessage;

/// <summary>An attempt of a branch failed, and after a delay it makes another one.</summary>
internal sealed class BranchRetries<TState>(
    Branch<TState> branch,
    int failedAttempt,
    TimeSpan delay,
    CanoError error
) : BranchMessage
    where TState : notnull
{
    public Branch<TState> Branch => branch;

    public int FailedAttempt => failedAttempt;

    public TimeSpan Delay => delay;

    public CanoError Error => error;
}

/// <summary>What follows has been chosen by what the branches gave, or that has failed.</summary>
internal sealed class SplitChoosing<TState>(SplitChosen<TState> chosen, Exception? thrown) : BranchMessage
{
    public SplitChosen<TState> Chosen => chosen;

    /// <summary>Null when it has not failed.</summary>
    public Exception? Thrown => thrown;
}
