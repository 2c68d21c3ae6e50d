using Cano.Runtime.Scope;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Engine;

// What is begun later: runs that wait for their turn, and runs that their store failed.
internal sealed partial class EngineRuns
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, int> _failures = [];
    private readonly HashSet<string> _healing = [];
    private readonly CancellationTokenSource _closed = new();

    /// <summary>Nothing is begun later any more.</summary>
    public void Close() => _closed.Cancel();

    /// <summary>A durable start begins when its time has come and there is a place.</summary>
    private void Queue(EngineRun run) =>
        Later(async () =>
        {
            if (run.NotBefore is { } due)
                await Delay
                    .UntilAsync(Moment.At(due), null, null, _clock, _closed.Token)
                    .ConfigureAwait(false);
            await TakeUpAsync(run.Id, run.Workflow).ConfigureAwait(false);
        });

    /// <summary>Notes why a run stopped, before anybody hears that it has. One that stopped for want of its
    /// store is taken up again, after a while that grows.</summary>
    /// <returns>Sees to that; null when nothing is to be done.</returns>
    private Action? Healing(EngineRun run, EndedRun ended)
    {
        if (
            ended.End.Error is not { } error
            || ended.IsAnothers
            || ended.IsLeftAlone
            || error.Fault.IsSuspended
            || IsSuspended
        )
            return null;
        // A start that was refused was never there; one whose append failed is in doubt.
        if (run.IsStart && !run.Begun.IsCompleted && !error.Fault.IsCheckpointStore)
            return null;
        int failures;
        var heals = !ended.IsHeld && error.Fault.IsCheckpointStore;
        lock (_gate)
        {
            _held[run.Id] = error.Message;
            failures = _failures[run.Id] = _failures.GetValueOrDefault(run.Id) + 1;
            // Whoever is about to take it up again does, however often others fail meanwhile.
            heals = heals && _healing.Add(run.Id);
        }

        LogHeld(basis.Logger, run.Id, error.Message);
        if (!heals)
            return null;
        var delay = s_firstDelay * Math.Pow(2, Math.Min(failures, 9) - 1);
        return () => Later(() => HealAsync(run, delay < s_longestDelay ? delay : s_longestDelay));
    }

    private async Task HealAsync(EngineRun run, TimeSpan delay)
    {
        await Delay.ForAsync(delay, _clock, _closed.Token).ConfigureAwait(false);
        lock (_gate)
            _healing.Remove(run.Id);
        if (IsSuspended || _closed.IsCancellationRequested)
            return;
        try
        {
            await store.HealAsync().ConfigureAwait(false);
        }
        catch (CanoException failure)
        {
            var end = new RunEnd(run.Id, run.Workflow.Name, RunStatus.Suspended, null, failure.Error);
            Healing(run, EndedRun.Of(end))?.Invoke();
            return;
        }

        Hold(run.Id, null);
        if (await TakeUpAsync(run.Id, run.Workflow).ConfigureAwait(false) is { } again)
            await ForgetFailuresAsync(again).ConfigureAwait(false);
        else if (!IsSuspended)
            lock (_gate)
                _failures.Remove(run.Id);
    }

    /// <summary>Whether a run that its store failed is taken up again later.</summary>
    public bool IsHealing(string id)
    {
        lock (_gate)
            return _healing.Contains(id);
    }

    /// <summary>A run that came further has no failures behind it.</summary>
    private async Task ForgetFailuresAsync(EngineRun run)
    {
        await Task.WhenAny(run.Begun, run.Ended).ConfigureAwait(false);
        if (run.Begun.IsCompleted)
            lock (_gate)
                _failures.Remove(run.Id);
    }

    /// <summary>A cancel that nobody awaits was refused.</summary>
    public void TellNotCancelled(string id, Exception refused) => LogNotCancelled(basis.Logger, id, refused);

    /// <summary>Works on no stack of the caller's; what fails is told.</summary>
    public void Later(Func<Task> work)
    {
        using (Detached.Begin())
            basis.Dispatcher.Queue(new Working(() => GuardedAsync(work)));
    }

    private async Task GuardedAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (CanoException failure)
        {
            LogLost(basis.Logger, failure);
        }
    }

    [LoggerMessage(312, LogLevel.Warning, "Run {RunId} could not be given back yet")]
    private static partial void LogNotGivenBack(ILogger logger, string runId, Exception exception);

    [LoggerMessage(303, LogLevel.Warning, "Run {RunId} is held: {Reason}")]
    private static partial void LogHeld(ILogger logger, string runId, string reason);

    [LoggerMessage(304, LogLevel.Error, "A run could not be begun later: resume it")]
    private static partial void LogLost(ILogger logger, Exception exception);

    [LoggerMessage(305, LogLevel.Warning, "Run {RunId} of a schedule could not be cancelled")]
    private static partial void LogNotCancelled(ILogger logger, string runId, Exception exception);
}
