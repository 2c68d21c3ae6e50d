namespace Cano.Runtime.Scope;

/// <summary>How many of the runs that are resumed together have work to do: all but those that
/// wait.</summary>
internal sealed class WorkingRuns
{
    private readonly Lock _gate = new();
    private int _count;
    private TaskCompletionSource? _none;

    public void Enter()
    {
        lock (_gate)
            _count++;
    }

    public void Leave()
    {
        TaskCompletionSource? none = null;
        lock (_gate)
            if (--_count == 0)
                (none, _none) = (_none, null);
        none?.SetResult();
    }

    /// <summary>Completes when none works. Who awaits it may be on a run's stack then, and one that waited
    /// may work again since.</summary>
    public Task NoneAsync()
    {
        lock (_gate)
            return _count == 0 ? Task.CompletedTask : (_none ??= new()).Task;
    }
}
