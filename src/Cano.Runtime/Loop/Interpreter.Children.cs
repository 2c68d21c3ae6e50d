using Cano.Kernel;
using Cano.Runtime.Errors;
using Cano.Runtime.Steps.Children;
using Cano.Runtime.StoredRuns;

namespace Cano.Runtime.Loop;

// Children: how they begin, and how their ends are waited for.
internal sealed partial class Interpreter<TState>
{
    /// <summary>A run has children in an engine alone, which holds its runs.</summary>
    private IChildRuns Children =>
        (_journal?.Host ?? throw InvalidConfiguration.Of(ChildrenProblems.NoEngine)).Children;

    /// <summary>What tells this run from others of its id.</summary>
    private RunParent AsParent => new(RunId, Durable.Start?.Key);

    ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.NameChild(
        int state,
        int index,
        DateTimeOffset? until
    )
    {
        try
        {
            // A resumed run begins no more of them when their time was up before.
            var answer =
                EndOf(until)?.Left(Options.Time) <= TimeSpan.Zero
                    ? Answer.SplitTimedOut
                    : Answer.NewChildNamed(((SiblingsBody<TState>)_workflow.BodyOf(state)).Name(this, index));
            return new(RunEvent.NewAnswered(_run.Visit, answer));
        }
        catch (Exception thrown)
        {
            return new(Failed(thrown, _run.Visit));
        }
    }

    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.AwaitChildren(FanOut children)
    {
        // What children are started in. An async method's current span ends with it.
        _optionalState?.Spans?.Flow();
        try
        {
            return await UntilOneEndsAsync(children).ConfigureAwait(false);
        }
        catch (Exception thrown) when (thrown is not StoppedWaitException)
        {
            return RunEvent.NewAnswered(_run.Visit, Answer.NewFailedForGood(Faulted(thrown)));
        }
    }

    private async ValueTask<RunEvent> UntilOneEndsAsync(FanOut children)
    {
        var end = EndOf(FanOutModule.Due(children));
        var runs = Children;
        var watch = Watch(runs);
        watch.Await(children);
        while (true)
        {
            var more = watch.More();
            if (await FirstEndAsync(watch, children, runs.LookAsync).ConfigureAwait(false) is { } ended)
                return ended;
            if (end?.Left(Options.Time) <= TimeSpan.Zero)
                return RunEvent.NewAnswered(_run.Visit, Answer.SplitTimedOut);
            if (_stop.Token.IsCancellationRequested)
                return RunEvent.NewAnswered(_run.Visit, Answer.Woken);
            if (_journal!.Parks(end, _stop.End))
                return RunEvent.SuspendRequested;
            await SleepAsync(end, null, more).ConfigureAwait(false);
        }
    }

    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.RecallChildren(FanOut children)
    {
        var runs = Children;
        var watch = Watch(runs);
        watch.Recall(children);
        while (true)
        {
            var more = watch.More();
            if (await FirstEndAsync(watch, children, runs.RecallAsync).ConfigureAwait(false) is { } ended)
                return ended;
            if (IsSuspending)
                return RunEvent.NewAnswered(_run.Visit, Answer.Woken);
            // What they completed is undone in places of their own.
            var slot = await ParkAsync().ConfigureAwait(false);
            await Task.WhenAny(more, Control?.Resting ?? more).ConfigureAwait(false);
            if (slot is not null)
                await slot.TakeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The watch over the children of the visit under way.</summary>
    private ChildWatch Watch(IChildRuns runs)
    {
        if (OptionalState.Watch is ChildWatch watch && watch.Visit == _run.Visit)
            return watch;
        OptionalState.Watch?.Dispose();
        watch = new ChildWatch(runs, RunId, _run.Visit, Options.Dispatcher);
        OptionalState.Watch = watch;
        return watch;
    }

    /// <summary>The end of the first child that has come to one; null when none has.</summary>
    private async ValueTask<RunEvent?> FirstEndAsync(
        ChildWatch watch,
        FanOut children,
        Func<RunParent, AwaitedChild, ValueTask<ChildEnding?>> ask
    )
    {
        var parent = AsParent;
        while (watch.Next() is { } child)
            try
            {
                if (await ask(parent, child).ConfigureAwait(false) is not { } ending)
                    continue;
                watch.Answers(children, child);
                return RunEvent.NewAnswered(_run.Visit, Answer.NewWokenBy(Fact.NewChildEnded(ending)));
            }
            // The engine rests, and this run with it: it hears of that next.
            catch (CanoException resting) when (resting.Error.Fault.IsSuspended && Control is not null)
            {
                await Control.Resting.ConfigureAwait(false);
                return null;
            }

        return null;
    }
}
