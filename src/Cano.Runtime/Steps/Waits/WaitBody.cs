using Cano.Kernel;
using Cano.Runtime.Data;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;

namespace Cano.Runtime.Steps.Waits;

/// <summary>A wait for signals, or until a time is up; then what follows the one that came first.</summary>
internal sealed class WaitBody<TState>(Wait<TState> wait, States<TState> states) : WaitingBody<TState>
    where TState : notnull
{
    private readonly WaitDefinition _definition = wait.Define(states);

    public bool HasSignals => !wait.Signals.IsEmpty;

    /// <summary>Nothing but a signal ends it.</summary>
    public bool IsOpen => HasSignals && wait.Deadlines.IsEmpty;

    /// <summary>What follows a signal of this name; null when it is not waited for.</summary>
    public SignalBody<TState>? BodyOf(string signal) => BodyOf(wait, signal);

    private static SignalBody<TState>? BodyOf(Wait<TState> wait, string signal) =>
        wait.Signals.Find(known => known.Name == signal);

    /// <summary>What this visit goes on with.</summary>
    private Wait<TState> Of(VisitScope<TState> run) =>
        wait.OfVisit is { } ofVisit ? ofVisit(run.NewContext().StateAs<TState>()) : wait;

    public override string TaskName => "";

    public override IEnumerable<TState> Next =>
        wait.Signals.SelectMany(signal => signal.To ?? []).Concat(wait.Deadlines.Select(end => end.Next));

    public override StepKind Define() => StepKind.NewWait(_definition);

    public override ValueTask<RunEvent> PerformAsync(VisitScope<TState> run)
    {
        // The time of an attempt begins with the signal.
        var time = run.Options.Time;
        SpanEnd? end = Of(run).Deadlines is [var (span, _), ..] ? SpanEnd.Begin(span, time) : null;
        run.OptionalState.SpanEnd = end;
        return new(RunEvent.NewAnswered(run.Visit, Answer.NewWaitRequested(WaitRequest.For(end?.Due))));
    }

    // Where nothing can be sent, its time ends it.
    public override IWakeUp? WakeUp(VisitScope<TState> run) =>
        !HasSignals || run.Inbox is not { } inbox
            ? null
            : new SignalWakeUp(_definition, inbox, run.Options.Dispatcher);

    public override async ValueTask<RunEvent> ContinueAsync(VisitScope<TState> run, Fact fact)
    {
        if (fact is not Fact.SignalTaken { Item: var signal })
            return Of(run).Deadlines is [var end, ..]
                ? run.Answered(end.Next)
                : Unusable(run, Gone("whose time is up", "has no time any more"));
        run.Inbox?.Take(signal.Number);
        if (BodyOf(Of(run), signal.Name) is not { } body)
            return Unusable(run, Gone($"that has taken signal '{signal.Name}'", "no longer waits for it"));
        Func<TaskContext, CancellationToken, ValueTask<TState>> call;
        try
        {
            call = body.With(signal.Payload, run.Options.Values);
        }
        catch (CanoException misfit)
        {
            return Unusable(run, misfit);
        }

        return run.Answered(await run.CallAsync(body.Rules, CallAsync).ConfigureAwait(false));

        ValueTask<TState> CallAsync(TaskContext context, CancellationToken cancel) =>
            context.CallAsync(
                UserCallKind.Body,
                call,
                static (call, context, cancel) => call(context, cancel),
                cancel
            );
    }

    /// <summary>The workflow has changed while the run waited.</summary>
    private static CanoException Gone(string run, string state) =>
        new(
            CanoError.Of(
                Fault.NewWorkflow(
                    $"a run {run} is in a state that {state}: add it again, then resume the run"
                )
            )
        );

    /// <summary>Asking again would not help.</summary>
    private static RunEvent Unusable(VisitScope<TState> run, CanoException misfit) =>
        RunEvent.NewAnswered(run.Visit, Answer.NewFailedForGood(run.Faulted(misfit)));
}
