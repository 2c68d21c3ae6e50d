using Cano.Kernel;

namespace Cano.Runtime.Steps;

/// <summary>The work of a state: its task or branches, and how the kernel is told of it.</summary>
internal abstract class Body<TState>
    where TState : notnull
{
    /// <summary>The task's name; empty where there is more than one task.</summary>
    public abstract string TaskName { get; }

    public abstract StepKind Define();

    /// <summary>The states that the work itself names as what may follow.</summary>
    public virtual IEnumerable<TState> Next => [];
}

/// <summary>Work that is more than one call of one task.</summary>
internal abstract class PerformedBody<TState> : Body<TState>
    where TState : notnull
{
    /// <summary>Does one piece of it and says what happened. What it throws is a failed attempt.</summary>
    public abstract ValueTask<RunEvent> PerformAsync(VisitScope<TState> run);
}

/// <summary>Work that may wait without anything running, and goes on with what its wait ended in.</summary>
internal abstract class WaitingBody<TState> : PerformedBody<TState>
    where TState : notnull
{
    /// <summary>Goes on after the wait.</summary>
    /// <param name="run">The run, in the visit that waited.</param>
    /// <param name="fact">What the wait ended in, as its row says it.</param>
    public abstract ValueTask<RunEvent> ContinueAsync(VisitScope<TState> run, Fact fact);

    /// <summary>What may end the wait, whatever its time; null: nothing does.</summary>
    public virtual IWakeUp? WakeUp(VisitScope<TState> run) => null;
}
