using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Cano.Kernel;

namespace Cano.Runtime.Loop;

// How requests to stop come between what happens: before it, or beside work that has not answered.
internal sealed partial class Interpreter<TState>
{
    /// <summary>Whether the row of a cancel is to be written beside work.</summary>
    private bool ListensForCancels =>
        Control is not null && _journal is not null && _run.Durable.Cancel is null;

    private bool MayBeAskedBeside(Effect effect) =>
        effect.IsAwait
            ? _optionalState is { UnderWay: not null }
            : effect is Effect.RunTask or Effect.Continue && ListensForCancels;

    private Task<RunEvent> UnderWay(Effect effect, ValueTask<TState>? body) =>
        _optionalState?.UnderWay
        ?? (body is { } pending ? AnswerAsync(pending) : effect.Accept(this).AsTask());

    private async Task<RunEvent> AnswerAsync(ValueTask<TState> body)
    {
        var visit = _run.Visit;
        try
        {
            return Answered(await body.ConfigureAwait(false), visit);
        }
        catch (Exception thrown)
        {
            return Failed(thrown, visit);
        }
    }

    /// <summary>What comes of work; null when a cancel was asked for first, whose row does not wait for
    /// it.</summary>
    private async ValueTask<RunEvent?> BesideAsync(Task<RunEvent> work)
    {
        if (!work.IsCompleted && ListensForCancels)
            await Task.WhenAny(work, Control!.Cancelling).ConfigureAwait(false);
        else
            await work.ConfigureAwait(false);
        var isBeside = !work.IsCompleted;
        if (isBeside || _optionalState is not null)
            OptionalState.UnderWay = isBeside ? work : null;
        return isBeside ? null : await work.ConfigureAwait(false);
    }

    /// <summary>The kernel's decision on what happened, if anything has; a request to stop comes before it.
    /// Returns what it starts.</summary>
    // Not inlined: the JIT would zero-initialise the larger frame at every plain transition.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Effect AdvanceUnlessStopped(RunEvent? happened)
    {
        while (_stop.IsRequested)
        {
            var asked = Advance(_stop.Take());
            if (asked.IsAwait)
                continue;
            // A row may be all that comes before the answer.
            if (asked.IsAppend)
                OptionalState.Held = happened;
            return asked;
        }

        return happened is null ? Effect.Await : Advance(happened);
    }

    /// <summary>What had happened when a row had to come before it; gone when something else follows the
    /// row.</summary>
    private bool TryHeld(Effect start, [NotNullWhen(true)] out RunEvent? happened)
    {
        happened = null;
        if (_optionalState is not { Held: { } held } || start.IsAppend)
            return false;
        _optionalState.Held = null;
        happened = start.IsAwait ? held : null;
        return start.IsAwait;
    }
}
