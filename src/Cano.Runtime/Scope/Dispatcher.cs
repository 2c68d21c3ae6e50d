namespace Cano.Runtime.Scope;

/// <summary>A stop that is to be signalled.</summary>
internal interface IStopSignal
{
    /// <summary>Signals on the calling thread.</summary>
    void SignalHere();

    /// <summary>Signals on the pool. Whoever looks at the token sees it at once.</summary>
    Task SignalOnPoolAsync();
}

/// <summary>Where work that runs beside a run's loop is started: the seam at which a simulation takes
/// over.</summary>
internal abstract class Dispatcher
{
    /// <summary>The thread pool.</summary>
    public static Dispatcher ThreadPool { get; } = new PoolDispatcher();

    /// <summary>Starts work soon, on no particular thread.</summary>
    public abstract void Queue(IThreadPoolWorkItem work);

    /// <summary>Signals a stop soon: what bodies and the engine do upon it is on no stack of the
    /// caller's.</summary>
    public virtual void Signal(IStopSignal stop) => _ = stop.SignalOnPoolAsync();

    /// <summary>Whether work has turns; where it has none all stacks are one.</summary>
    public virtual bool HasTurns => true;

    /// <summary>What tasks are made with whose completers must not go on with those who wait: these have
    /// turns of their own, where there are any.</summary>
    public TaskCreationOptions Completions =>
        HasTurns ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None;

    /// <summary>A task that several await, as one of them awaits it. Of several the platform lets none go on
    /// where it is completed.</summary>
    public Task<T> Own<T>(Task<T> task) => HasTurns || task.IsCompleted ? task : OwnAsync(task);

    /// <inheritdoc cref="Own{T}(Task{T})"/>
    public Task Own(Task task) => HasTurns || task.IsCompleted ? task : Task.WhenAny(task);

    private static async Task<T> OwnAsync<T>(Task<T> task)
    {
        await Task.WhenAny(task).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <summary>Awaited to go on in a turn of one's own.</summary>
    public Turn Turn => new(this);

    /// <summary>Goes on soon.</summary>
    public virtual void GoOn(Action goOn) => Queue(new Continuation(goOn));

    /// <summary>Does something after a span of real time unless what this returns is disposed of before; null
    /// where there is no real time.</summary>
    public virtual IDisposable? Unless(TimeSpan span, Action late)
    {
        using (Detached.Begin())
            return TimeProvider.System.CreateTimer(
                static late => ((Action)late!)(),
                late,
                span,
                Timeout.InfiniteTimeSpan
            );
    }

    private sealed class Continuation(Action goOn) : IThreadPoolWorkItem
    {
        public void Execute() => goOn();
    }

    private sealed class PoolDispatcher : Dispatcher
    {
        public override void Queue(IThreadPoolWorkItem work) =>
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
    }
}
