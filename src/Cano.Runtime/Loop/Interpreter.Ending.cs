using System.Runtime.ExceptionServices;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Errors;
using Cano.Runtime.StoredRuns;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Loop;

// How a run ends: what it held is let go of, its rows are retired, its caller gets the exit or the error.
internal sealed partial class Interpreter<TState>
{
    public override ValueTask CloseStreamAsync()
    {
        if (_optionalState?.OpenStream is not { } stream)
            return default;
        _optionalState.OpenStream = null;
        return new ValueTask(CloseAsync(stream));
    }

    /// <summary>Whether nothing is left to be closed and nobody to be told, as of most runs: the exit is all
    /// there is to its end.</summary>
    private bool EndsAlone =>
        _optionalState is null
        && _journal is null
        && _result is null
        && Observation is null
        && Options.Inboxes is null;

    private async ValueTask<TState> EndAsync(Outcome outcome)
    {
        _optionalState?.Rollback?.Dispose();
        _optionalState?.Watch?.Dispose();
        await CloseStreamAsync().ConfigureAwait(false);
        var left = await TellAsync().ConfigureAwait(false);
        if (_journal is not null)
            await EndAsync(_journal).ConfigureAwait(false);
        if (!outcome.IsSuspended)
            Observation?.Ended(in _run, EndOf(outcome) with { SignalsLeft = left });
        return ExitOf(outcome);
    }

    private RunEnd EndOf(Outcome outcome) =>
        outcome switch
        {
            Outcome.Completed completed => new(
                RunId,
                Plan.Definition.Name,
                RunStatus.Completed,
                Plan.NameOf(completed.Exit),
                null
            ),
            Outcome.Failed failed => new(
                RunId,
                Plan.Definition.Name,
                StatusOf(failed.Error),
                null,
                Located(failed.Error)
            ),
            _ => throw new InvalidOperationException("A new kind of outcome."),
        };

    /// <summary>What a run is that failed here. Without rows it has ended in any case.</summary>
    private RunStatus StatusOf(CanoError error)
    {
        var status = _run.Durable.Last is { } last
            ? RunStatuses.Of(RowHeadModule.After(_run.Durable, last.Fact).Status, RunStanding.None)
            : RunStatus.Suspended;
        return _journal is not null || RunStatuses.IsEnd(status) ? status
            : error.Fault.IsCancelled ? RunStatus.Cancelled
            : RunStatus.Failed;
    }

    /// <summary>Tells what became of the run to those who look. Returns how many signals it was sent and
    /// never took, which are gone with its rows.</summary>
    private async ValueTask<int> TellAsync()
    {
        if (_run.Durable.Last is not { } last)
            return 0;
        var status = RowHeadModule.After(_run.Durable, last.Fact).Status;
        var left =
            RowStatuses.IsEnd(status) && (_result is not null || _workflow.HasSignals) && _journal is not null
                ? await _journal.CountLeftAsync().ConfigureAwait(false)
                : 0;
        if (_result is not null)
            (_result.Status, _result.SignalsLeft, _result.ExitData) = (status, left, _run.Data);
        if (left > 0)
            LogSignalsLeft(Options.Logger, RunId, status, left);
        return left;
    }

    private async ValueTask<TState> BreakAsync(Exception thrown)
    {
        using var stop = _stop;
        if (thrown is CanoException)
            ExceptionDispatchInfo.Throw(thrown);
        throw await BrokenAsync(thrown).ConfigureAwait(false);
    }

    /// <summary>Something of a user's threw where the kernel is told of no failure: a clock, say; or a run
    /// that waits cannot look into its inbox. The run ends where it is, to be resumed.</summary>
    private async ValueTask<CanoException> BrokenAsync(Exception thrown)
    {
        _split?.Stop();
        _optionalState?.Watch?.Dispose();
        await CloseStreamAsync().ConfigureAwait(false);
        if (_journal is not null)
            await _journal.ReleaseAsync(Options.Logger).ConfigureAwait(false);
        if (thrown is StoppedWaitException unread)
        {
            Observation?.Stopped(in _run);
            return unread.Why;
        }

        var error = Located(Faults.OfTask(thrown));
        Observation?.Ended(in _run, new(RunId, Plan.Definition.Name, StatusOf(error), null, error));
        return new CanoException(error, thrown);
    }

    /// <summary>Retires the rows of a run that has nothing left to resume. When that fails, it has ended all
    /// the same.</summary>
    private async ValueTask EndAsync(RunJournal journal)
    {
        var isFailure = Options.Retention.HasFailures && RunModule.IsFailure(in _run);
        if (!RunModule.IsSettled(in _run) && !isFailure)
        {
            await journal.ReleaseAsync(Options.Logger).ConfigureAwait(false);
            return;
        }

        try
        {
            await journal
                .RetireAsync(Options.Retention, Plan.Definition.Name, isFailure)
                .ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            RunJournal.LogNotCleared(Options.Logger, RunId, thrown);
            Observation?.ClearFailed(in _run, Faults.OfStore("clear run", thrown));
        }
    }

    private async Task CloseAsync(IAsyncDisposable stream)
    {
        try
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            LogStreamClose(Options.Logger, thrown);
        }
    }

    [LoggerMessage(207, LogLevel.Warning, "A stream failed when it was closed or its source let go of")]
    private static partial void LogStreamClose(ILogger logger, Exception exception);

    [LoggerMessage(
        208,
        LogLevel.Warning,
        "Run {RunId} has ended ({Status}), and has not taken {Count} of the signals that it was sent"
    )]
    private static partial void LogSignalsLeft(ILogger logger, string runId, RowStatus status, int count);

    /// <summary>The exception behind the run's failure, when the attempt that it ended with threw
    /// one.</summary>
    private Exception? Thrown =>
        _optionalState is { Thrown: var (exception, visit, attempt) }
        && (visit, attempt) == (_run.Visit, _run.Attempt)
            ? exception
            : null;

    /// <summary>The exit, or what its caller is told instead. Signals that the run never took are gone with
    /// it, unless it may be tried again.</summary>
    private TState ExitOf(Outcome outcome)
    {
        if (_journal is null || RunModule.IsSettled(in _run))
            Options.Inboxes?.Forget(RunId);
        return outcome switch
        {
            Outcome.Completed completed => _workflow.StateOf(completed.Exit, _run.Data),
            { IsSuspended: true } => AtRest(),
            Outcome.Failed failed => throw new CanoException(Located(failed.Error), Thrown),
            _ => throw new InvalidOperationException("A new kind of outcome."),
        };
    }

    /// <summary>Very many runs come to rest at a time, and an exception costs each of them as much as the
    /// rest of its way: whoever looks at the result finds it there.</summary>
    private TState AtRest()
    {
        var rests = Fault.NewSuspended($"run '{RunId}' rests where its rows end: resume it");
        var why = Located(CanoError.Of(rests).In(Plan.NameOf(_run.State)));
        if (_result is null)
            throw new CanoException(why);
        _result.Rests = why;
        return default!;
    }

    /// <summary>The error with the path of this run.</summary>
    private CanoError Located(CanoError error)
    {
        var path = _path.Names(Plan.NameOf);
        // A run that was stopped before its first visit has no path yet.
        return error.Along(path is [] && error.State is { } state ? [state] : path);
    }
}
