using Cano.Kernel;
using Cano.Runtime.Errors;
using Cano.Runtime.Resilience;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;

namespace Cano.Runtime.Steps.Polls;

/// <summary>Asks until it is ready: one attempt is the whole loop. In a short pause it stays where it is; in
/// a longer one the run waits, as in any other wait.</summary>
internal sealed class PollBody<TState>(IPollTask<TState> poll) : WaitingBody<TState>
    where TState : notnull
{
    private static readonly TimeSpan s_delayMin = TimeSpan.FromMilliseconds(1);
    private static readonly PollState s_begun = new(errors: 0, pause: TimeSpan.FromMilliseconds(100));

    private readonly TaskConfig _config = TaskValidation.RequireConfig(poll.Config, poll.Name);

    public override string TaskName => poll.Name;

    public override StepKind Define() => StepKind.NewSingle(_config.Policy);

    public override ValueTask<RunEvent> PerformAsync(VisitScope<TState> run) =>
        AskAsync(run, s_begun, run.BeginAttempt(_config.AttemptTimeout));

    public override ValueTask<RunEvent> ContinueAsync(VisitScope<TState> run, Fact fact) =>
        fact is Fact.WaitStarted { Item: var wait }
            ? AskAsync(run, wait.Poll ?? s_begun, wait.Until)
            : PerformAsync(run);

    private async ValueTask<RunEvent> AskAsync(VisitScope<TState> run, PollState state, DateTimeOffset? until)
    {
        var asked = await run.CallAsync(
                _config.Rules with
                {
                    Limit = run.LeftOfAttempt(until),
                },
                (context, cancel) => LoopAsync(context, state, cancel)
            )
            .ConfigureAwait(false);
        if (asked.Pauses is not { } pauses)
            return run.Answered(asked.Next!);
        var pause = SpanEnd.Begin(pauses.Pause, run.Options.Time);
        run.OptionalState.SpanEnd = pause;
        return RunEvent.NewAnswered(
            run.Visit,
            Answer.NewWaitRequested(new WaitRequest(pause.Due, until, pauses))
        );
    }

    /// <summary>Until it is ready, or pauses for so long that the run waits.</summary>
    private async ValueTask<Asked> LoopAsync(TaskContext context, PollState state, CancellationToken cancel)
    {
        var (errors, pause) = (state.Errors, state.Pause);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                var outcome = await OnceAsync(context, cancel).ConfigureAwait(false);
                if (outcome.IsReady)
                    return new(outcome.State, null);
                (errors, pause) = (0, outcome.Delay);
            }
            catch (Exception thrown)
                when (!cancel.IsCancellationRequested
                    && errors < poll.OnError.ErrorsMax
                    && !Faults.IsMistake(thrown)
                )
            {
                errors++;
                // A poll that fails must not spin, even where one that is pending may.
                if (pause < s_delayMin)
                    pause = s_delayMin;
            }

            if (pause >= Suspension.JournaledMin)
                return new(default, new PollState(errors, pause));
            await Delay.ForAsync(pause, context.TimeProvider, cancel).ConfigureAwait(false);
        }
    }

    private async ValueTask<PollOutcome<TState>> OnceAsync(TaskContext context, CancellationToken cancel)
    {
        context.BeginAsk();
        var outcome = await context
            .CallAsync(
                UserCallKind.Body,
                poll,
                static (poll, context, cancel) => poll.PollAsync(context, cancel),
                cancel
            )
            .ConfigureAwait(false);
        return outcome.IsReady || outcome.IsPending
            ? outcome
            : throw InvalidAnswer.OfAnswer(
                $"Poll '{TaskName}'",
                "ready nor pending",
                "PollOutcome.Ready(state) or PollOutcome.Pending(delay)"
            );
    }

    /// <summary>What came of asking.</summary>
    /// <param name="Next">The next state, when it is ready.</param>
    /// <param name="Pauses">How it pauses; null: it is ready.</param>
    private readonly record struct Asked(TState? Next, PollState? Pauses) : IUnfinished
    {
        public bool IsUnfinished => Pauses is not null;
    }
}
