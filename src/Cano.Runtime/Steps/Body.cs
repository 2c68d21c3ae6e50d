using Cano.Kernel;

namespace Cano;

/// <summary>The work of a state: its task or branches, and how the kernel is told of it.</summary>
internal abstract class Body<TState>
    where TState : notnull
{
    /// <summary>The task's name; null when it is called as its state.</summary>
    public abstract string? TaskName { get; }

    public abstract Step Define();
}

/// <summary>Work that is more than one call of one task.</summary>
internal abstract class PerformedBody<TState> : Body<TState>
    where TState : notnull
{
    /// <summary>Does one piece of it and says what happened. What it throws is a failed attempt.</summary>
    public abstract ValueTask<RunEvent> PerformAsync(VisitScope<TState> run);
}
