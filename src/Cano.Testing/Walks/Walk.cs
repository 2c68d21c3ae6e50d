using Cano.Kernel;
using Cano.Runtime.Data;

namespace Cano.Testing;

/// <summary>Where an imagined run is. A value: every answer gives another walk. Waits are over at once, and
/// compensations succeed.</summary>
public sealed partial class Walk<TState>
    where TState : notnull
{
    private readonly Plan _plan;
    private readonly States<TState> _states;
    private readonly Run _run;

    internal Walk(Plan plan, States<TState> states, Run run, IReadOnlyList<string> undone)
    {
        _plan = plan;
        _states = states;
        _run = run;
        Undone = undone;
    }

    /// <summary>The stable name of the state: the one under way, the exit reached, or the one that
    /// failed.</summary>
    public string State => _plan.NameOf(_run.State);

    /// <summary>Which entry of a state this is, from 0.</summary>
    public long Visit => _run.Visit;

    /// <summary>The attempt under way, from 1.</summary>
    public int Attempt => _run.Attempt;

    /// <summary>Whether the run has ended.</summary>
    public bool IsEnded => _run.Phase.IsEnded;

    /// <summary>The exit reached; null before, and when the run failed.</summary>
    public string? Exit => Outcome is Outcome.Completed end ? _plan.NameOf(end.Exit) : null;

    /// <summary>Why the run failed; null when it did not.</summary>
    public CanoError? Error => (Outcome as Outcome.Failed)?.Error;

    /// <summary>The completed steps that a failure would undo, newest first.</summary>
    public IReadOnlyList<string> ToUndo => [.. _run.Durable.Undo.Select(entry => entry.State)];

    /// <summary>The steps that were undone, in order.</summary>
    public IReadOnlyList<string> Undone { get; }

    private Outcome? Outcome => (_run.Phase as Phase.Ended)?.Outcome;

    private StepTraits Traits =>
        _plan.Node(_run.State).Traits ?? throw new InvalidOperationException("The run has ended.");

    private static Failure Stopped { get; } = new(Made("stopped"), 0, DateTimeOffset.UnixEpoch, null);

    /// <summary>Whether the run is in this state.</summary>
    public bool IsIn(TState state) => State == _states.NameOf(state);

    /// <summary>The state's work succeeds and chooses the next. Of a split every branch does, and `next` is
    /// its join's.</summary>
    /// <exception cref="ArgumentException">The workflow has no such state, or the step, a split for instance,
    /// goes on elsewhere.</exception>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    public Walk<TState> Succeed(TState next)
    {
        ArgumentNullException.ThrowIfNull(next);
        var number = _plan.NumberOf(_states.NameOf(next));
        if (number < 0)
            throw new ArgumentException($"The workflow has no state '{next}'.", nameof(next));
        return Succeed(number);
    }

    /// <summary>One attempt fails: another follows when the state's policy allows it. Of a split every branch
    /// fails.</summary>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    public Walk<TState> Fail() =>
        After(
            Traits.Walk.Fails.Invoke(
                new Failure(Made("an attempt failed"), 0, DateTimeOffset.UnixEpoch, null)
            )
        );

    /// <summary>The state's work fails for good, whatever its policy.</summary>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    public Walk<TState> GiveUp() => After(Traits.Walk.GivesUp.Invoke(Made("the task gave up")));

    /// <summary>The run is cancelled, and its work under way stops.</summary>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    public Walk<TState> Cancel()
    {
        var (before, stopped) = Traits.Walk.Stops.Invoke(Stopped);
        return After(before).After(RunEvent.CallerCancelled).After(stopped, Visit);
    }

    /// <summary>Where the run is and what it would undo: walks that agree in it go on alike.</summary>
    public override string ToString() =>
        (Exit, Error) switch
        {
            ({ } exit, _) => $"completed in {exit}",
            (_, { } error) =>
                $"failed in {State} with {error.Category}, undone [{string.Join(", ", Undone)}]",
            _ => $"in {State}, to undo [{string.Join(", ", ToUndo)}]",
        };

    internal Walk<TState> After(RunEvent happened)
    {
        var run = _run;
        List<string> undone = [.. Undone];
        while (true)
        {
            var transition = Reducer.Step(_plan, in run, happened);
            run = transition.Run;
            switch (transition.Start)
            {
                // A step's own wait is over when its answers say so.
                case Effect.Wait when run.Phase is Phase.Waiting { Suspension.FailedAttempt: > 0 }:
                    happened = RunEvent.NewAnswered(run.Visit, Answer.Woken);
                    break;
                case Effect.Compensate compensate:
                    undone.Add(compensate.Entry.State);
                    happened = RunEvent.CompensationSucceeded;
                    break;
                default:
                    return new Walk<TState>(_plan, _states, run, undone);
            }
        }
    }

    private static CanoError Made(string text) => CanoError.Generic(text);

    private Walk<TState> Succeed(int next)
    {
        if (Traits.Ways is { AreAll: true, Edges: var own } && !MayFollow(next))
            throw new ArgumentException(
                $"'{State}' goes on in '{string.Join("', '", own.Select(edge => edge.Next))}'.",
                nameof(next)
            );
        return After(Traits.Walk.Succeeds.Invoke((next, _plan.NameOf(next))));
    }

    private bool MayFollow(int next) =>
        _plan.Node(_run.State).Allowed is not { } allowed || allowed.Contains(next);

    private Walk<TState> After(IEnumerable<Answer> answers) => After(answers, Visit);

    private Walk<TState> After(IEnumerable<Answer> answers, long visit) =>
        answers.Aggregate(this, (walk, answer) => walk.After(RunEvent.NewAnswered(visit, answer)));
}
