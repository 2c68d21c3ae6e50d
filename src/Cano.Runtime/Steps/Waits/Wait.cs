using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Steps.Waits;

namespace Cano;

/// <summary>Makes waits.</summary>
public static class Wait
{
    /// <summary>A wait for nothing yet: say with `On` and `After` what ends it.</summary>
    public static Wait<TState> For<TState>()
        where TState : notnull => new();
}

/// <summary>What a waiting state goes on with: signals, each with what follows it, and at most one time.
/// Immutable: `On` and `After` give a changed copy.</summary>
public sealed class Wait<TState>
    where TState : notnull
{
    internal Wait() { }

    internal ImmutableList<SignalBody<TState>> Signals { get; private init; } = [];

    internal ImmutableList<(TimeSpan Span, TState Next)> Deadlines { get; private init; } = [];

    /// <summary>What a visit goes on with, by what its state carries; null: this wait, whatever that
    /// is.</summary>
    internal Func<TState, Wait<TState>>? OfVisit { get; private init; }

    /// <summary>The same wait, of which each visit makes its own, by what its state carries. That waits for
    /// the same signals.</summary>
    internal Wait<TState> MadeBy(Func<TState, Wait<TState>> ofVisit) =>
        new()
        {
            Signals = Signals,
            Deadlines = Deadlines,
            OfVisit = ofVisit,
        };

    /// <summary>Goes on to `next` when the signal comes.</summary>
    public Wait<TState> On(Signal signal, TState next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return On(signal, (_, _) => new ValueTask<TState>(next), TaskConfig.Minimal, [next]);
    }

    /// <summary>Chooses the next state when the signal comes.</summary>
    /// <param name="signal">The signal; each once in a wait.</param>
    /// <param name="next">Chooses.</param>
    /// <param name="to">The states that may follow, if declared: another answer then fails the run.</param>
    public Wait<TState> On(Signal signal, Func<TaskContext, TState> next, IEnumerable<TState>? to = null)
    {
        ArgumentNullException.ThrowIfNull(next);
        return On(signal, (context, _) => new ValueTask<TState>(next(context)), null, to);
    }

    /// <summary>Does work when the signal comes, and chooses the next state. Its further attempts wait for no
    /// second signal.</summary>
    /// <param name="signal">The signal; each once in a wait.</param>
    /// <param name="body">The work.</param>
    /// <param name="config">How it is tried; <see cref="TaskConfig.Default"/> unless given. Its time begins
    /// with the signal.</param>
    /// <param name="to">The states that may follow, if declared: another answer then fails the run.</param>
    public Wait<TState> On(
        Signal signal,
        Func<TaskContext, CancellationToken, ValueTask<TState>> body,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentNullException.ThrowIfNull(body);
        return With(new PlainSignal<TState>(signal.Name, body, config, Complete(to)));
    }

    /// <inheritdoc cref="On(Signal, Func{TaskContext, CancellationToken, ValueTask{TState}}, TaskConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-1)]
    public Wait<TState> On(
        Signal signal,
        Func<TaskContext, CancellationToken, Task<TState>> body,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return On(
            signal,
            (context, token) => new ValueTask<TState>(Given(body(context, token), context)),
            config,
            to
        );
    }

    /// <summary>Goes on to `next` when the signal comes.</summary>
    public Wait<TState> On<TPayload>(Signal<TPayload> signal, TState next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return On(signal, (_, _, _) => new ValueTask<TState>(next), TaskConfig.Minimal, [next]);
    }

    /// <summary>Chooses the next state by what the signal carries.</summary>
    /// <param name="signal">The signal; each once in a wait.</param>
    /// <param name="next">Chooses.</param>
    /// <param name="to">The states that may follow, if declared: another answer then fails the run.</param>
    public Wait<TState> On<TPayload>(
        Signal<TPayload> signal,
        Func<TaskContext, TPayload, TState> next,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(next);
        return On(signal, (context, payload, _) => new ValueTask<TState>(next(context, payload)), null, to);
    }

    /// <summary>Does work with what the signal carries, and chooses the next state. Its further attempts get
    /// the same payload, and wait for no second signal.</summary>
    /// <param name="signal">The signal; each once in a wait.</param>
    /// <param name="body">The work.</param>
    /// <param name="config">How it is tried; <see cref="TaskConfig.Default"/> unless given. Its time begins
    /// with the signal.</param>
    /// <param name="to">The states that may follow, if declared: another answer then fails the run.</param>
    public Wait<TState> On<TPayload>(
        Signal<TPayload> signal,
        Func<TaskContext, TPayload, CancellationToken, ValueTask<TState>> body,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentNullException.ThrowIfNull(body);
        return With(new PayloadSignal<TState, TPayload>(signal.Name, body, config, Complete(to)));
    }

    /// <inheritdoc cref="On{TPayload}(Signal{TPayload}, Func{TaskContext, TPayload, CancellationToken, ValueTask{TState}}, TaskConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-1)]
    public Wait<TState> On<TPayload>(
        Signal<TPayload> signal,
        Func<TaskContext, TPayload, CancellationToken, Task<TState>> body,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return On(
            signal,
            (context, payload, token) => new ValueTask<TState>(Given(body(context, payload, token), context)),
            config,
            to
        );
    }

    /// <summary>Goes on to `next` when no signal has come for so long, which is not negative; at most one
    /// such time in a wait. Its due time is journaled.</summary>
    public Wait<TState> After(TimeSpan span, TState next)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(next);
        return new() { Signals = Signals, Deadlines = Deadlines.Add((span, next)) };
    }

    internal WaitDefinition Define(States<TState> states) =>
        new(
            [.. Signals.Select(signal => signal.Define(states))],
            [.. Deadlines.Select(end => new DeadlineDefinition(end.Span, states.NameOf(end.Next)))]
        );

    /// <summary>What is waited for: "approve; after 3 d".</summary>
    public override string ToString() =>
        string.Join("; ", [.. Signals.Select(signal => signal.Name), .. Deadlines.Select(Told)]);

    private static string Told((TimeSpan Span, TState Next) end) => $"after {Kernel.Words.Span(end.Span)}";

    private Wait<TState> With(SignalBody<TState> signal) =>
        new() { Signals = Signals.Add(signal), Deadlines = Deadlines };

    private static TState[]? Complete(IEnumerable<TState>? to)
    {
        TState[]? all = to is null ? null : [.. to];
        return all?.Any(state => state is null) == true
            ? throw new ArgumentNullException(nameof(to), "One of the states is null.")
            : all;
    }

    /// <summary>A lambda may give null where a task was meant.</summary>
    private static Task<TState> Given(Task<TState>? task, TaskContext context) =>
        task ?? throw InvalidAnswer.OfNullTask(context.State);
}
