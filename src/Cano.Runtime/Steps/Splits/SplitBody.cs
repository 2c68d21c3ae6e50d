using Cano.Kernel;

namespace Cano.Runtime.Steps.Splits;

/// <summary>A fan-out over branches.</summary>
internal abstract class SplitBody<TState> : Body<TState>
    where TState : notnull
{
    public abstract SplitRules Rules { get; }

    public override string TaskName => "";

    /// <summary>Whether the result is put into the store.</summary>
    public virtual bool StoresPartialResults => false;

    /// <summary>Lists what the journaled branches of one entry of the state are for, as a row keeps
    /// it.</summary>
    public virtual ValueTask<StoredValue?[]> ListAsync(TaskContext context, CancellationToken cancel) =>
        throw new InvalidOperationException("Its branches are not journaled.");

    /// <summary>The journaled branches of one entry of the state, with what those gave that have
    /// ended.</summary>
    /// <exception cref="CanoException">`workflow`: what rows keep of them is of other types.</exception>
    public virtual SplitVisit<TState> Listed(FanOut rows, TaskContext context) =>
        throw new InvalidOperationException("Its branches are not journaled.");

    /// <summary>Lists the branches of one entry of the state.</summary>
    /// <exception cref="CanoException">`workflow`: there is no list, or a branch in it is
    /// missing.</exception>
    public abstract ValueTask<SplitVisit<TState>> VisitAsync(TaskContext context, CancellationToken cancel);
}
