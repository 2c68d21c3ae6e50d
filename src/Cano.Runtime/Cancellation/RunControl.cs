using Cano.Kernel;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Cancellation;

/// <summary>What somebody outside asks of a run under way: to rest, or to go back for good. Asked before the
/// run is on its way, it hears of it at once.</summary>
internal sealed class RunControl
{
    private readonly Lock _gate = new();
    private readonly List<Task> _outlasting = [];
    private StopSource? _source;
    private CancelRequest? _cancel;
    private TaskCompletionSource? _resting;
    private TaskCompletionSource? _cancelling;
    private bool _suspendIsAsked;
    private volatile bool _isAsked;

    /// <summary>Whether the run is to rest: its bodies are told so, and nothing will be undone.</summary>
    public bool IsSuspending { get; private set; }

    /// <summary>Completed when the run is to rest, on no stack of who says so. For the run alone, which is on
    /// its way.</summary>
    public Task Resting
    {
        get
        {
            lock (_gate)
            {
                _resting ??= new TaskCompletionSource();
                if (IsSuspending)
                    _resting.TrySetResult();
                return _resting.Task;
            }
        }
    }

    /// <summary>Completed when a cancel for good is asked for, on no stack of who asks. For the run alone,
    /// which is on its way.</summary>
    public Task Cancelling
    {
        get
        {
            lock (_gate)
            {
                _cancelling ??= new TaskCompletionSource();
                if (_cancel is not null)
                    _cancelling.TrySetResult();
                return _cancelling.Task;
            }
        }
    }

    /// <summary>How long bodies are awaited that are told to stop; null: as the run's options say.</summary>
    public TimeSpan? Grace { get; private set; }

    /// <summary>Whether something is asked that <see cref="Take"/> has not given.</summary>
    public bool IsAsked => _isAsked;

    /// <summary>The bodies that were given up on, and may run still.</summary>
    public Task Outlasting
    {
        get
        {
            lock (_gate)
                return _outlasting.Count == 0
                    ? Task.CompletedTask
                    // One of its own for each who awaits them.
                    : Task.WhenAny(Task.WhenAll(_outlasting));
        }
    }

    /// <summary>No new work begins; what is under way is told, and awaited for the grace.</summary>
    public void Suspend(TimeSpan grace)
    {
        TaskCompletionSource? resting;
        lock (_gate)
        {
            if (IsSuspending)
                return;
            Grace = grace;
            IsSuspending = _suspendIsAsked = _isAsked = true;
            resting = _resting;
        }

        Tell();
        if (resting is not null)
            _source?.CompleteBeside(resting);
    }

    /// <summary>The run is cancelled for good.</summary>
    public void Cancel(CancelRequest request)
    {
        TaskCompletionSource? cancelling;
        lock (_gate)
        {
            _cancel = request;
            _isAsked = true;
            cancelling = _cancelling;
        }

        Tell();
        if (cancelling is not null)
            _source?.CompleteBeside(cancelling);
    }

    /// <summary>What is asked, the weightiest first; null when nothing is, or all was given.</summary>
    public RunEvent? Take()
    {
        lock (_gate)
        {
            if (_cancel is { } cancel)
            {
                (_cancel, _cancelling) = (null, null);
                _isAsked = _suspendIsAsked;
                return RunEvent.NewCancelRequested(cancel);
            }

            if (!_suspendIsAsked)
                return null;
            _suspendIsAsked = _isAsked = false;
            return RunEvent.SuspendRequested;
        }
    }

    /// <summary>Of this and <see cref="Attach"/>, whoever comes later sees the other.</summary>
    private void Tell()
    {
        Interlocked.MemoryBarrier();
        _source?.SignalBeside();
    }

    /// <summary>The run begins: this tells its bodies.</summary>
    public void Attach(StopSource source)
    {
        _source = source;
        Interlocked.MemoryBarrier();
        if (IsAsked)
            source.SignalBeside();
    }

    /// <summary>A body was told to stop and did not. Who waits for its end goes on in a turn of its
    /// own.</summary>
    public void Outlasts(Task body, Dispatcher dispatcher)
    {
        var outlasting = EndOf(body, dispatcher);
        lock (_gate)
            _outlasting.Add(outlasting);
    }

    private static async Task EndOf(Task body, Dispatcher dispatcher)
    {
        // Others await it too; this goes on where it ends, and then in its turn.
        await Task.WhenAny(body).ConfigureAwait(false);
        await dispatcher.Turn;
    }
}
