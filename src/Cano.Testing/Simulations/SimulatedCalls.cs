using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;

namespace Cano.Testing.Simulations;

/// <summary>Calls bodies, and lets what may go wrong around them go wrong.</summary>
internal sealed class SimulatedCalls(SimulatedProcess process) : IUserCalls
{
    // Flows with the body wherever it goes, and tells as soon as that is another thread: work that was
    // elsewhere for an instant only would otherwise be noticed at times, and at times not.
    private static readonly AsyncLocal<Whereabouts?> s_under = new(Moved);

    public ValueTask<T> MakeAsync<T>(UserCall call, Func<ValueTask<T>> body, CancellationToken cancel) =>
        call.Kind switch
        {
            UserCallKind.Body or UserCallKind.UndoableStep or UserCallKind.Undo => CallAsync(
                call,
                body,
                cancel
            ),
            // Nothing goes wrong around it.
            UserCallKind.Part => process.Context.CallAsync(body),
            UserCallKind.Read => ReadAsync(call, body),
            _ => throw new InvalidOperationException("A new kind of call."),
        };

    private async ValueTask<T> ReadAsync<T>(UserCall at, Func<ValueTask<T>> next)
    {
        var state = at.State;
        var run = process.RunOf(at.RunId);
        run.Rest.Begins(at);
        if (
            await run.StrikeAsync(SimulationFaults.TaskFails, state, "while its source was read")
                .ConfigureAwait(false) != 0
        )
            throw process.World.Guests.Failure("the source fails");
        var hasNext = await process.Context.CallAsync(next).ConfigureAwait(false);
        await process.StayAsync(state).ConfigureAwait(false);
        return hasNext;
    }

    private async ValueTask<T> CallAsync<T>(UserCall at, Func<ValueTask<T>> body, CancellationToken cancel)
    {
        await process.StayAsync(at.State).ConfigureAwait(false);
        process.Opened(at.State);
        var run = process.RunOf(at.RunId);
        run.Rest.Begins(at);
        // A stream is let go of although a row of its is in doubt, or says that the run goes back.
        var isToldToStop = run.IsTroubled || run.HasHeard || run.Rules.IsCancelRequested;
        if (!isToldToStop || run.Rules.StepOf(at.State) is not StepKind.Stream)
            run.Rules.Began(at, run.Accepted.Newest);
        try
        {
            await BeforeAsync(at, cancel).ConfigureAwait(false);
            // It was given up before it had its turn.
            if (process.World.Clock.Elapsed >= process.RestsBy)
                cancel.ThrowIfCancellationRequested();
            run.Tell(
                $"{(IsUndo(at) ? "compensation" : "body")} begins as {at.EffectKey}",
                at.State,
                at.Attempt
            );
            var answer = await AnswerAsync(at, body).ConfigureAwait(false);
            await AfterAsync(at).ConfigureAwait(false);
            run.Rest.Answered(at);
            return answer;
        }
        finally
        {
            process.Closed(at.State);
        }
    }

    private async ValueTask BeforeAsync(UserCall at, CancellationToken cancel)
    {
        var possible = IsUndo(at)
            ? SimulationFaults.CompensationFails
            : SimulationFaults.TaskFails | SimulationFaults.TaskIsSlow;
        var fault = await process
            .RunOf(at.RunId)
            .StrikeAsync(possible, at.State, $"before its {What(at)}")
            .ConfigureAwait(false);
        if (fault == SimulationFaults.None)
            return;
        var isSlow = fault == SimulationFaults.TaskIsSlow || (IsUndo(at) && process.World.Faults.Toss());
        if (!isSlow)
            throw process.World.Guests.Failure($"the {What(at)} does not begin");
        await LingerAsync(at, cancel).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
    }

    private async ValueTask<T> AnswerAsync<T>(UserCall at, Func<ValueTask<T>> body)
    {
        s_under.Value = new Whereabouts(process.World, at.State);
        try
        {
            var isPure = process.RunOf(at.RunId).Rules.StepOf(at.State) is StepKind.Pure;
            var answer = await (
                isPure ? PureCalls.MakeAsync(at, Call, process.World.Breach) : Call()
            ).ConfigureAwait(false);
            await process.StayAsync(at.State).ConfigureAwait(false);
            process.RunOf(at.RunId).Tell($"{What(at)} ends", at.State, at.Attempt);
            return answer;
        }
        catch (Exception thrown)
        {
            await process.StayAsync(at.State).ConfigureAwait(false);
            process.RunOf(at.RunId).Tell($"{What(at)} throws {UserText.Of(thrown)}", at.State, at.Attempt);
            throw;
        }

        ValueTask<T> Call() => process.Context.CallAsync(body);
    }

    private async ValueTask AfterAsync(UserCall at)
    {
        var possible = at.Kind switch
        {
            UserCallKind.Undo => SimulationFaults.CompensationFails,
            // The body could not take its effect back any more, and nobody would.
            UserCallKind.UndoableStep => SimulationFaults.TaskIsDeaf,
            UserCallKind.Body => SimulationFaults.TaskFails | SimulationFaults.TaskIsDeaf,
            UserCallKind.Part or UserCallKind.Read => SimulationFaults.None,
            _ => throw new InvalidOperationException("A new kind of call."),
        };
        var fault = await process
            .RunOf(at.RunId)
            .StrikeAsync(possible, at.State, $"after its {What(at)}")
            .ConfigureAwait(false);
        if (fault == SimulationFaults.None)
            return;
        if (fault != SimulationFaults.TaskIsDeaf)
            throw process.World.Guests.Failure($"the {What(at)} was done, and its answer is lost");
        await LingerAsync(at, CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask LingerAsync(UserCall at, CancellationToken cancel)
    {
        await Delay.ForAsync(process.World.Faults.Span(), process.Time, cancel).ConfigureAwait(false);
        await process.StayAsync(at.State).ConfigureAwait(false);
    }

    private static void Moved(AsyncLocalValueChangedArgs<Whereabouts?> change)
    {
        if (change.CurrentValue is { World.IsInside: false } body)
            body.World.Escape(body.State);
    }

    private sealed record Whereabouts(SimulatedWorld World, string State);

    private static bool IsUndo(UserCall at) => at.Kind == UserCallKind.Undo;

    private static string What(UserCall at) => IsUndo(at) ? "compensation" : "body";
}
