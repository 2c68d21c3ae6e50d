using Cano.Kernel;
using Cano.Runtime.Errors;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Scheduling;

// What a flow runs, one run after another.
internal sealed partial class ScheduledFlow
{
    /// <summary>A run, and one after another what it has missed.</summary>
    private async Task RunAsync(FlowRun run)
    {
        for (FlowRun? next = run; next is not null; )
            next = await RunOnceAsync(next).ConfigureAwait(false);
    }

    /// <summary>Returns the run that follows at once; null when none does.</summary>
    private async Task<FlowRun?> RunOnceAsync(FlowRun run)
    {
        var meter = FlowMeter.Begin(Id, run, _time, _first.Logger);
        var outcome = await OutcomeAsync(run).ConfigureAwait(false);
        var now = _time.GetUtcNow();
        var rests = outcome.Error?.Fault.IsSuspended == true;
        // Cancelled is what was cancelled from here; a run may end so by a limit of its own.
        if (outcome.Error is { } error && !rests && !(error.Fault.IsCancelled && IsToStop(run)))
            LogFailure(_first.Logger, Id, run.Occurrence, error.Message);
        lock (_gate)
            _last = outcome.IsPassedOver || rests ? _last : outcome;
        if (_journal?.Next is { } agreed)
            Tell(FlowEvent.NewAgreed(agreed));
        var next = Tell(
            outcome.IsPassedOver ? FlowEvent.NewRunPassedOver(now)
            : rests ? FlowEvent.NewRunSuspended(now)
            : FlowEvent.NewRunEnded(outcome.Error, now, _first.Options.Random.NextDouble())
        );
        meter?.Ended(outcome.Error, outcome.IsPassedOver, Info.Status);
        run.Ended.TrySetResult();
        return next.Started;
    }

    private static bool IsToStop(FlowRun run) => run.Cancelled.IsCancellationRequested || IsToRest(run);

    private static bool IsToRest(FlowRun run) => run.Rest.IsCancellationRequested;

    /// <summary>How a run ended. A store that fails is waited for where the work says so: that is no failure
    /// of the flow.</summary>
    private async Task<WorkOutcome> OutcomeAsync(FlowRun run)
    {
        for (var failures = 0; ; failures++)
        {
            var outcome = await TriedAsync(run).ConfigureAwait(false);
            if (!_work.IsHealing || outcome.Error is not { Fault.IsCheckpointStore: true } error)
                return outcome;
            run.Tells(() => error);
            if (IsToRest(run))
                return new WorkOutcome(FlowOccurrence.Rests);
            LogStore(_first.Logger, Id, run.Occurrence, error.Message);
            await Delay.ForAsync(StoreRest.After(failures), _time, run.Rest).ConfigureAwait(false);
            if (IsToRest(run))
                return new WorkOutcome(FlowOccurrence.Rests);
            await HealAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What is wrong still is told by the next try.</summary>
    private async Task HealAsync()
    {
        try
        {
            await _work.HealAsync().ConfigureAwait(false);
        }
        catch (CanoException known) when (known.Error.Fault.IsCheckpointStore) { }
    }

    private async Task<WorkOutcome> TriedAsync(FlowRun run)
    {
        try
        {
            return _journal is null
                ? await _work.RunAsync(new FlowOccurrence(Id, run.Occurrence, run)).ConfigureAwait(false)
                : await _journal.RunAsync(run).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            // Whatever escapes is a failure: a flow is never left running when nothing runs.
            return new WorkOutcome(Faults.OfTask(thrown));
        }
    }

    [LoggerMessage(
        401,
        LogLevel.Warning,
        "Flow {Flow}: the run of {Occurrence:O} waits for its store: {Error}"
    )]
    private static partial void LogStore(
        ILogger logger,
        string flow,
        DateTimeOffset occurrence,
        string error
    );

    [LoggerMessage(402, LogLevel.Warning, "Flow {Flow}: the run of {Occurrence:O} failed: {Error}")]
    private static partial void LogFailure(
        ILogger logger,
        string flow,
        DateTimeOffset occurrence,
        string error
    );
}
