namespace Cano.Runtime.Scope;

/// <summary>Pieces of work that are started by their index, each once.</summary>
internal interface IWorkItems
{
    /// <summary>Works until it first waits; what follows goes on by itself. Never throws. True of a piece
    /// that ended at once and is to be told of with others of its turn.</summary>
    bool Start(int index);

    /// <summary>A turn of the pool is over, and has nothing more to do; so many of its pieces are to be told
    /// of.</summary>
    void Ended(int count) { }
}

/// <summary>Starts much work beside a loop: many pieces of it at one turn of the pool.</summary>
/// <remarks>While pieces are left to be started, one more turn is queued than is being taken. So one that
/// blocks its thread holds up no other, and they run on as many threads as the pool has.</remarks>
internal sealed class WorkQueue(IWorkItems work, Dispatcher dispatcher) : IThreadPoolWorkItem
{
    /// <summary>After so many pieces other work has its turn.</summary>
    private const int BurstMax = 16;

    // What flows with the caller reaches the work.
    private readonly ExecutionContext? _flow = ExecutionContext.Capture();
    private int _admitted;
    private int _started;

    /// <summary>The first `count` pieces may run.</summary>
    public void Admit(int count)
    {
        Volatile.Write(ref _admitted, count);
        dispatcher.Queue(this);
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (_flow is null)
            StartSome();
        else
            ExecutionContext.Run(_flow, static queue => ((WorkQueue)queue!).StartSome(), this);
    }

    private void StartSome()
    {
        var ended = 0;
        for (var count = 0; count < BurstMax; count++)
        {
            var index = Take(out var areMore);
            if (index < 0)
                break;
            if (count == 0 && areMore)
                dispatcher.Queue(this);
            if (work.Start(index))
                ended++;
        }

        if (ended > 0)
            work.Ended(ended);
    }

    /// <summary>The index of a piece that nobody else starts; -1 when none is left.</summary>
    private int Take(out bool areMore)
    {
        while (true)
        {
            var index = Volatile.Read(ref _started);
            var admitted = Volatile.Read(ref _admitted);
            areMore = index + 1 < admitted;
            if (index >= admitted)
                return -1;
            if (Interlocked.CompareExchange(ref _started, index + 1, index) == index)
                return index;
        }
    }
}
