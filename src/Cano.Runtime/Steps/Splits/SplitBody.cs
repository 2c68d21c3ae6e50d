namespace Cano.Runtime.Steps.Splits;

/// <summary>A fan-out over branches.</summary>
internal abstract class SplitBody<TState> : Body<TState>
    where TState : notnull
{
    public abstract SplitRules Rules { get; }

    public override string TaskName => "";

    /// <summary>Whether the result is put into the store.</summary>
    public virtual bool StoresPartialResults => false;

    /// <summary>Lists the branches of one entry of the state.</summary>
    /// <exception cref="CanoException">`workflow`: there is no list, or a branch in it is
    /// missing.</exception>
    public abstract ValueTask<SplitVisit<TState>> VisitAsync(TaskContext context, CancellationToken cancel);
}
