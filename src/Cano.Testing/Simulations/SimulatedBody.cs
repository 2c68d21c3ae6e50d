namespace Cano.Testing;

/// <summary>Calls bodies, and lets what may go wrong around them go wrong.</summary>
internal sealed class SimulatedBody(SimulatedProcess process, JournalRules rules)
{
    // Flows with the body wherever it goes, and tells as soon as that is another thread: work that was elsewhere for an
    // instant only would otherwise be noticed at times, and at times not.
    private static readonly AsyncLocal<Whereabouts?> s_under = new(Moved);

    /// <summary>One call of a task's body.</summary>
    public ValueTask<T> CallAsync<T>(TaskContext context, Func<ValueTask<T>> body, CancellationToken cancel) =>
        CallAsync(new Place(context, Kind.Plain), body, cancel);

    /// <summary>One call of a step that can be undone. It never fails after its body has returned: the body could not have
    /// taken its effect back then, and nobody would.</summary>
    public ValueTask<T> StepAsync<T>(TaskContext context, Func<ValueTask<T>> body, CancellationToken cancel) =>
        CallAsync(new Place(context, Kind.Compensatable), body, cancel);

    /// <summary>One call of a compensation.</summary>
    public async ValueTask UndoAsync(TaskContext context, Func<ValueTask> body, CancellationToken cancel) =>
        await CallAsync(
                new Place(context, Kind.Undo),
                async () =>
                {
                    await body().ConfigureAwait(false);
                    return true;
                },
                cancel
            )
            .ConfigureAwait(false);

    /// <summary>A part of a body, around which nothing goes wrong.</summary>
    public ValueTask<T> PartAsync<T>(Func<ValueTask<T>> body) => process.Context.CallAsync(body);

    /// <summary>The next item of a source; false when it has no more.</summary>
    public async ValueTask<bool> ReadAsync(string state, Func<ValueTask<bool>> next)
    {
        if (await process.StrikeAsync(SimulationFaults.TaskFails, state, "while its source was read").ConfigureAwait(false) != 0)
            throw Failure("the source fails");
        var hasNext = await process.Context.CallAsync(next).ConfigureAwait(false);
        await process.StayAsync(state).ConfigureAwait(false);
        return hasNext;
    }

    private async ValueTask<T> CallAsync<T>(Place at, Func<ValueTask<T>> body, CancellationToken cancel)
    {
        process.Opened(at.State);
        try
        {
            await BeforeAsync(at, cancel).ConfigureAwait(false);
            rules.Began(at.State, at.Visit, at.EffectKey, at.IsUndo);
            process.World.Tell($"{(at.IsUndo ? "compensation" : "body")} begins as {at.EffectKey}", at.State, at.Attempt);
            var answer = await AnswerAsync(at, body).ConfigureAwait(false);
            await AfterAsync(at).ConfigureAwait(false);
            return answer;
        }
        finally
        {
            process.Closed(at.State);
        }
    }

    private async ValueTask BeforeAsync(Place at, CancellationToken cancel)
    {
        var possible = at.IsUndo ? SimulationFaults.CompensationFails : SimulationFaults.TaskFails | SimulationFaults.TaskIsSlow;
        var fault = await process.StrikeAsync(possible, at.State, $"before its {at.What}").ConfigureAwait(false);
        if (fault == SimulationFaults.None) return;
        var isSlow = fault == SimulationFaults.TaskIsSlow || (at.IsUndo && process.World.Faults.Toss());
        if (!isSlow) throw Failure($"the {at.What} does not begin");
        await LingerAsync(at, cancel).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
    }

    private async ValueTask<T> AnswerAsync<T>(Place at, Func<ValueTask<T>> body)
    {
        s_under.Value = new Whereabouts(process.World, at.State);
        try
        {
            var answer = await process.Context.CallAsync(body).ConfigureAwait(false);
            await process.StayAsync(at.State).ConfigureAwait(false);
            process.World.Tell($"{at.What} ends", at.State, at.Attempt);
            return answer;
        }
        catch (Exception thrown)
        {
            await process.StayAsync(at.State).ConfigureAwait(false);
            process.World.Tell($"{at.What} throws {thrown.GetType().Name}: {thrown.Message}", at.State, at.Attempt);
            throw;
        }
    }

    private async ValueTask AfterAsync(Place at)
    {
        var possible = at.Kind switch
        {
            Kind.Undo => SimulationFaults.CompensationFails,
            Kind.Compensatable => SimulationFaults.TaskIsDeaf,
            _ => SimulationFaults.TaskFails | SimulationFaults.TaskIsDeaf,
        };
        var fault = await process.StrikeAsync(possible, at.State, $"after its {at.What}").ConfigureAwait(false);
        if (fault == SimulationFaults.None) return;
        if (fault != SimulationFaults.TaskIsDeaf) throw Failure($"the {at.What} was done, and its answer is lost");
        await LingerAsync(at, CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask LingerAsync(Place at, CancellationToken cancel)
    {
        await Delay.ForAsync(process.World.Faults.Span(), process.Time, cancel).ConfigureAwait(false);
        await process.StayAsync(at.State).ConfigureAwait(false);
    }

    private static void Moved(AsyncLocalValueChangedArgs<Whereabouts?> change)
    {
        if (change.CurrentValue is { World.IsInside: false } body) body.World.Escape(body.State);
    }

    private static IOException Failure(string what) => new($"simulated: {what}");

    private sealed record Whereabouts(SimulatedWorld World, string State);

    private enum Kind
    {
        Plain,
        Compensatable,
        Undo,
    }

    /// <summary>Where a call is, read once: contexts are used again.</summary>
    private sealed record Place(string State, int Attempt, long Visit, string EffectKey, Kind Kind)
    {
        public Place(TaskContext context, Kind kind)
            : this(context.State, context.Attempt, context.Visit, context.EffectKey, kind) { }

        public bool IsUndo => Kind == Kind.Undo;

        public string What => IsUndo ? "compensation" : "body";
    }
}
