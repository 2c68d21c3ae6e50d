using Cano.Progress.Boards;

namespace Cano.Progress.Views;

/// <summary>Shows a board while something is under way: now and then, beside the runs, and at the end of a
/// run before anything else is done.</summary>
internal sealed class Screen(Board board, IView view, TimeProvider time)
{
    // Held while something is written. A console that blocks holds up no hook but that of an end.
    private readonly Lock _writing = new();
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private volatile bool _isBroken;

    public void Begun()
    {
        lock (_gate)
        {
            if (_timer is not null || _isBroken)
                return;
            // Nothing of the run's own flows along.
            var isFlowing = !ExecutionContext.IsFlowSuppressed();
            if (isFlowing)
                ExecutionContext.SuppressFlow();
            try
            {
                _timer = time.CreateTimer(_ => Tick(), null, TimeSpan.Zero, view.Pace);
            }
            finally
            {
                if (isFlowing)
                    ExecutionContext.RestoreFlow();
            }
        }
    }

    public void Ended()
    {
        lock (_writing)
            Show();
    }

    private void Tick()
    {
        if (!_writing.TryEnter())
            return;
        try
        {
            Show();
        }
        catch (Exception)
        {
            // On the timer's thread there is nobody to be told.
        }
        finally
        {
            _writing.Exit();
        }
    }

    private void Show()
    {
        try
        {
            var write = board.Look(sight =>
                _isBroken ? null : view.Compose(sight, time.GetTimestamp(), time)
            );
            write?.Invoke();
        }
        catch
        {
            _isBroken = true;
            throw;
        }
        finally
        {
            StopWhenIdle();
        }
    }

    // A run that begins meanwhile is on the board, or finds no timer and begins one.
    private void StopWhenIdle()
    {
        lock (_gate)
        {
            if (!_isBroken && !board.IsIdle)
                return;
            _timer?.Dispose();
            _timer = null;
        }
    }
}
