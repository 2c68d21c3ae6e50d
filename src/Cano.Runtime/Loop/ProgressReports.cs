using Cano.Runtime.Observation;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;

namespace Cano.Runtime.Loop;

/// <summary>Thins what the bodies of one run report before observers hear of it: the first report opens a
/// window, and of those that follow the last is told when the window ends, or before the end of its
/// body.</summary>
/// <remarks>A report is told on no stack of a body's, so that an observer that blocks holds no body
/// up.</remarks>
internal sealed class ProgressReports(Observers observers, RunOptions options)
    : IProgressReports,
        IThreadPoolWorkItem
{
    /// <summary>Ten a second.</summary>
    private static readonly TimeSpan s_window = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();

    // Held while one is told: the end of a body is not told in the midst of its report.
    private readonly Lock _telling = new();

    // A clock that throws fails no body.
    private readonly TimeProvider _time = GuardedClock.Around(options.Time, options.Logger);
    private (RunPoint At, RunProgress Progress)? _untold;
    private long? _toldAt;
    private Alarm? _window;
    private bool _isQueued;
    private bool _isClosed;

    /// <inheritdoc/>
    public void Report(RunPoint at, RunProgress progress)
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            _untold = (at, progress);
            if (_isQueued || _window is not null)
                return;
            var left = _toldAt is { } told ? s_window - _time.GetElapsedTime(told) : TimeSpan.Zero;
            if (left <= TimeSpan.Zero)
                Queue();
            else
                _window = new Alarm(left, _time, static reports => ((ProgressReports)reports!).Ring(), this);
        }
    }

    /// <inheritdoc/>
    public void TellRest(RunPoint? of = null)
    {
        lock (_telling)
        {
            if (Take(of) is { } report)
                Tell(report.At, report.Progress);
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
        lock (_gate)
            _isClosed = true;
        TellRest();
    }

    void IThreadPoolWorkItem.Execute()
    {
        // What it was queued for may have been told at the end of a body.
        if (Volatile.Read(ref _isQueued))
            TellRest();
    }

    private void Tell(RunPoint at, RunProgress progress) =>
        observers.Tell(observer => observer.OnProgress(at, progress));

    /// <summary>On a timer's stack, which is no observer's either.</summary>
    private void Ring()
    {
        lock (_gate)
            if (_window is not null && !_isQueued)
                Queue();
    }

    private void Queue()
    {
        _isQueued = true;
        options.Dispatcher.Queue(this);
    }

    private (RunPoint At, RunProgress Progress)? Take(RunPoint? of)
    {
        lock (_gate)
        {
            if (_untold is not { } report || (of is { } body && !IsOf(body, report.At)))
                return null;
            _window?.Dispose();
            (_untold, _window, _isQueued, _toldAt) = (null, null, false, _time.GetTimestamp());
            return report;
        }
    }

    private static bool IsOf(RunPoint body, RunPoint reported) =>
        (body.State, body.Task) == (reported.State, reported.Task);
}
