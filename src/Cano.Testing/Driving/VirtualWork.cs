using System.Runtime.CompilerServices;
using Cano.Runtime.Scope;

namespace Cano.Testing.Driving;

/// <summary>The work that goes on under a virtual clock, counted: what was started beside a run, where the
/// user's code goes on after an await, and what a store was asked.</summary>
internal sealed class VirtualWork : Dispatcher, IUserCalls
{
    [ThreadStatic]
    private static Firing? s_firing;

    private readonly Lock _gate = new();
    private readonly List<OpenBody> _open = [];
    private readonly ConditionalWeakTable<ICheckpointStore, CountedStore> _stores = [];
    private readonly VirtualContext _context;
    private readonly Calm _calm;
    private TaskCompletionSource? _idle;
    private TaskCompletionSource? _begun;
    private int _count;
    private int _begunCount;

    public VirtualWork()
    {
        _context = new VirtualContext(this);
        _calm = new Calm(this);
    }

    /// <summary>The states whose bodies are under way.</summary>
    public IReadOnlyList<string> OpenStates
    {
        get
        {
            lock (_gate)
                return [.. _open.Select(body => body.State)];
        }
    }

    /// <summary>Completes when something is under way.</summary>
    public Task BegunAsync()
    {
        lock (_gate)
        {
            if (_count > 0)
                return Task.CompletedTask;
            _begun ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _begun.Task;
        }
    }

    /// <summary>Whether anything is under way but what waits.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
                return _count > 0;
        }
    }

    // The names of a run's effects are nothing to it.
    public bool AsksKeys => false;

    /// <summary>How much has begun so far.</summary>
    public int BegunCount
    {
        get
        {
            lock (_gate)
                return _begunCount;
        }
    }

    /// <summary>A body that was told to stop and is not stubborn; null when there is none.</summary>
    public OpenBody? Told
    {
        get
        {
            lock (_gate)
                return _open.Find(body =>
                    body is { IsStubborn: false, Cancel.IsCancellationRequested: true }
                );
        }
    }

    /// <inheritdoc cref="Calm.ComeAsync"/>
    public Task IdleAsync(CancellationToken cancellationToken) => _calm.ComeAsync(cancellationToken);

    /// <summary>Completes when nothing is under way but what waits and what is not counted.</summary>
    public Task NothingCountedAsync()
    {
        lock (_gate)
        {
            if (_count == 0)
                return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>Calls a timer back, and lets what follows from it at once happen too: of the user's code, to
    /// its next await.</summary>
    public void Fire(Action callback)
    {
        var context = SynchronizationContext.Current;
        var outer = s_firing;
        SynchronizationContext.SetSynchronizationContext(null);
        var firing = new Firing(this);
        s_firing = firing;
        try
        {
            callback();
        }
        finally
        {
            firing.GoOn();
            s_firing = outer;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public override void Queue(IThreadPoolWorkItem work)
    {
        Begin();
        System.Threading.ThreadPool.UnsafeQueueUserWorkItem(
            new Piece(this, work.Execute),
            preferLocal: false
        );
    }

    /// <summary>Who is told to stop is work until all of them have been.</summary>
    public override void Signal(IStopSignal stop)
    {
        Begin();
        _ = TellAsync();

        async Task TellAsync()
        {
            try
            {
                await stop.SignalOnPoolAsync().ConfigureAwait(false);
            }
            finally
            {
                End();
            }
        }
    }

    /// <summary>Goes on before the timer that is firing on this thread is done, or else in the
    /// pool.</summary>
    public override void GoOn(Action goOn)
    {
        if (s_firing is { } firing && firing.Work == this)
        {
            firing.Add(goOn);
            return;
        }

        Begin();
        System.Threading.ThreadPool.UnsafeQueueUserWorkItem(new Piece(this, goOn), preferLocal: false);
    }

    public ValueTask<T> MakeAsync<T>(UserCall call, Func<ValueTask<T>> body, CancellationToken cancel)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            var answer = body();
            return answer.IsCompleted
                ? answer
                : new(AwaitAsync(new OpenBody(call.State, cancel), answer.AsTask()));
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>Awaits what is work itself. Who awaited it goes on from a stack that is nobody
    /// else's.</summary>
    public async Task<T> CountAsync<T>(Task<T> call)
    {
        Begin();
        try
        {
            return await call.ConfigureAwait(false);
        }
        finally
        {
            await Turn;
            End();
        }
    }

    public async ValueTask<ICheckpointStore> OpenAsync(Func<Task<ICheckpointStore>> open)
    {
        var opening = open();
        var store = opening.IsCompleted
            ? await opening.ConfigureAwait(false)
            : await CountAsync(opening).ConfigureAwait(false);
        return _stores.GetValue(store, store => new CountedStore(store, this));
    }

    private async Task<T> AwaitAsync<T>(OpenBody open, Task<T> body)
    {
        lock (_gate)
            _open.Add(open);
        try
        {
            // In the context of the user's code, so that its end is heard of where that went on.
            return await body.ConfigureAwait(true);
        }
        finally
        {
            lock (_gate)
                _open.Remove(open);
            await Turn;
        }
    }

    private void Begin()
    {
        TaskCompletionSource? begun;
        lock (_gate)
        {
            _count++;
            _begunCount++;
            (begun, _begun) = (_begun, null);
        }

        begun?.TrySetResult();
    }

    private void End()
    {
        TaskCompletionSource? idle;
        lock (_gate)
        {
            if (--_count > 0)
                return;
            (idle, _idle) = (_idle, null);
        }

        idle?.TrySetResult();
    }

    private sealed class Piece(VirtualWork work, Action run) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            try
            {
                run();
            }
            finally
            {
                work.End();
            }
        }
    }

    /// <summary>A timer that is being called back on a thread.</summary>
    private sealed class Firing(VirtualWork work)
    {
        private readonly Queue<Action> _next = [];

        public VirtualWork Work => work;

        public void Add(Action goOn) => _next.Enqueue(goOn);

        public void GoOn()
        {
            while (_next.TryDequeue(out var goOn))
                goOn();
        }
    }
}
