namespace Cano;

/// <summary>What a split hears: of a branch that ended, of one that tries again, or, without a branch, that its time is
/// up.</summary>
/// <param name="Branch">The branch; null when the time is up.</param>
/// <param name="FailedAttempt">The attempt that another one follows; 0 when the branch ended.</param>
/// <param name="Delay">How long the branch waits before its next attempt.</param>
internal readonly record struct BranchNews<TState>(Branch<TState>? Branch, int FailedAttempt = 0, TimeSpan Delay = default)
    where TState : notnull;
