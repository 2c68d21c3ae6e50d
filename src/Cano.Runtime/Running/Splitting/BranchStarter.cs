namespace Cano;

/// <summary>Starts a split's branches beside the run's loop: many of them in one piece of work.</summary>
/// <remarks>While branches are left to be started, one more piece of work is queued than is being done. So a branch that
/// blocks its thread holds up no other, and branches run on as many threads as the pool has.</remarks>
internal sealed class BranchStarter<TState>(Branch<TState>[] branches, Dispatcher dispatcher) : IThreadPoolWorkItem
    where TState : notnull
{
    /// <summary>After so many branches other work has its turn.</summary>
    private const int BurstMax = 16;

    // What flows with the caller reaches the branches.
    private readonly ExecutionContext? _flow = ExecutionContext.Capture();
    private int _admitted;
    private int _started;

    /// <summary>The first `count` branches may run.</summary>
    public void Admit(int count)
    {
        Volatile.Write(ref _admitted, count);
        dispatcher.Queue(this);
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (_flow is null) StartSome();
        else ExecutionContext.Run(_flow, static starter => ((BranchStarter<TState>)starter!).StartSome(), this);
    }

    private void StartSome()
    {
        for (var count = 0; count < BurstMax; count++)
        {
            var index = Take(out var areMore);
            if (index < 0) return;
            if (count == 0 && areMore) dispatcher.Queue(this);
            branches[index].Start();
        }
    }

    /// <summary>The index of a branch that nobody else starts; -1 when none is left.</summary>
    private int Take(out bool areMore)
    {
        while (true)
        {
            var index = Volatile.Read(ref _started);
            var admitted = Volatile.Read(ref _admitted);
            areMore = index + 1 < admitted;
            if (index >= admitted) return -1;
            if (Interlocked.CompareExchange(ref _started, index + 1, index) == index) return index;
        }
    }
}
