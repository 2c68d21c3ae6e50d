using System.Runtime.CompilerServices;
using Cano.Kernel;

namespace Cano;

/// <summary>Runs one run: asks the kernel what follows, does it, and tells the kernel what happened.</summary>
internal sealed class Interpreter<TState> : RunScope, IEffectHandler<ValueTask<RunEvent>>
    where TState : notnull
{
    private readonly CompiledWorkflow<TState> _workflow;
    private readonly RunJournal? _journal;
    private readonly DurableValues? _data;
    private readonly RunStop _stop;
    private TaskContext _context;
    private SplitRun<TState>? _split;
    private Run _run;
    private RunPath _path;

    public Interpreter(CompiledWorkflow<TState> workflow, Resources resources, string? workflowId, RunJournal? journal, RunStop stop)
        : base(workflow.Options, resources, workflowId)
    {
        _workflow = workflow;
        _journal = journal;
        _stop = stop;
        _context = new TaskContext(this);
        if (journal is not null && resources.TryGet<MemoryStore>(Resources.StoreKey, out var store))
            _data = store.DurableValues;
    }

    /// <summary>The exception behind the run's failure, when a body threw one.</summary>
    public Exception? Thrown { get; private set; }

    /// <summary>Runs to the end. Never throws what a body or the store throws: that is in the outcome.</summary>
    public async ValueTask<Outcome> RunAsync(RunBeginning beginning)
    {
        Begin(in beginning);
        var happened = beginning.Event;
        while (true)
        {
            switch (Drive(happened, out var body))
            {
                case Effect.RunTask:
                    try
                    {
                        happened = Answered(await body.ConfigureAwait(false), _run.Visit);
                    }
                    catch (Exception thrown)
                    {
                        happened = Failed(thrown, _run.Visit);
                    }

                    break;
                case { IsAwait: true }:
                    do
                    {
                        await _split!.WaitAsync().ConfigureAwait(false);
                    } while (!TryNext(out happened));

                    break;
                case Effect.Finish end:
                    if (_journal is not null && RunModule.IsSettled(in _run))
                        await _journal.ClearAsync(Options.Logger).ConfigureAwait(false);
                    return end.Outcome;
                case var effect:
                    happened = await effect.Accept(this).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>The error with the path of this run.</summary>
    public CanoError Located(CanoError error) => error.Along(_path.Names(_workflow.Plan.NameOf));

    ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.Await() =>
        throw new InvalidOperationException("The loop awaits the answers of work under way itself.");

    ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.RunTask(int state) =>
        throw new InvalidOperationException("The loop runs tasks itself.");

    ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.RunSplit(int state)
    {
        var node = _workflow.Plan.Node(state);
        var body = (SplitBody<TState>)_workflow.BodyOf(state);
        try
        {
            _context.Begin(node, in _run, _stop.Token);
            _split = new SplitRun<TState>(this, node, _run.Visit, body.List(_context), body, _stop.Token);
            return new(RunEvent.NewBranchesStarted(_run.Visit, _split.Count));
        }
        catch (Exception thrown)
        {
            return new(Failed(thrown, _run.Visit));
        }
    }

    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.Append(Row row)
    {
        try
        {
            await _journal!.AppendAsync(row, _data).ConfigureAwait(false);
            return RunEvent.RowAppended;
        }
        catch (Exception thrown)
        {
            Thrown = thrown;
            return RunEvent.NewAppendFailed(Faults.OfStore(RunJournal.Doing(row.Fact), thrown));
        }
    }

    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.Wait(TimeSpan delay)
    {
        await Delay.ForAsync(delay, Options.Time, _stop.Token).ConfigureAwait(false);
        return RunEvent.NewDelayElapsed(_run.Visit);
    }

    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.WaitUntil(DateTimeOffset due)
    {
        await Delay.UntilAsync(due, Options.Time, _stop.Token).ConfigureAwait(false);
        return RunEvent.NewDelayElapsed(_run.Visit);
    }

    ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.Compensate(UndoEntry entry)
    {
        var orphan = Fault.NewOrphanedCompensation(entry.Task, entry.Output);
        return new(RunEvent.NewCompensationFailed(CanoError.Of(orphan)));
    }

    ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.Finish(Outcome outcome) =>
        throw new InvalidOperationException("The loop ends the run itself.");

    private void Begin(in RunBeginning beginning)
    {
        _run = beginning.Run;
        if (beginning.Path is { } path)
        {
            foreach (var state in path) _path.Add(state);
        }

        // A resumed run is in its visit already.
        if (_run.Visit >= 0) _path.Add(_run.State);
    }

    /// <summary>Goes on for as long as tasks answer at once. Returns what must be awaited: of a task, its body.</summary>
    /// <remarks>The run and its events stay on the stack here: this is the path on which nothing is allocated.</remarks>
    private Effect Drive(RunEvent happened, out ValueTask<TState> body)
    {
        body = default;
        var run = _run;
        while (true)
        {
            var start = Advance(ref run, in happened);
            if (start is not Effect.RunTask task)
            {
                _run = run;
                if (start.IsAwait && TryNext(out happened)) continue;
                return start;
            }

            try
            {
                var answer = Attempt(task.State, in run);
                if (!answer.IsCompletedSuccessfully)
                {
                    _run = run;
                    body = answer;
                    return start;
                }

                happened = Answered(answer.Result, run.Visit);
            }
            catch (Exception thrown)
            {
                happened = Failed(thrown, run.Visit);
            }
        }
    }

    /// <summary>The kernel's decision on what happened; a request to stop comes before it.</summary>
    private Effect Advance(ref Run run, in RunEvent happened) =>
        _stop.IsRequested ? Interrupt(ref run, in happened) : Step(ref run, in happened);

    // Not inlined, for the same reason as in the kernel: the common path stays small.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Effect Interrupt(ref Run run, in RunEvent happened)
    {
        var request = _stop.Take();
        return Step(ref run, in request) is { IsAwait: false } effect ? effect : Step(ref run, in happened);
    }

    private Effect Step(ref Run run, in RunEvent happened)
    {
        var transition = Reducer.Step(_workflow.Plan, in run, in happened);
        if (transition.Run.Visit != run.Visit) _path.Add(transition.Run.State);
        run = transition.Run;
        if (transition.Stop) _split?.Stop();
        return transition.Start;
    }

    private ValueTask<TState> Attempt(int state, in Run run)
    {
        var body = (TaskBody<TState>)_workflow.BodyOf(state);
        if (body.AttemptTimeout is { } span) return LimitedAsync(body, run, span);
        _context.Begin(_workflow.Plan.Node(state), in run, _stop.Token);
        return StopGrace.AwaitAsync(body.Task.RunAsync(_context, _stop.Token), _context, Options, _stop.Token);
    }

    private async ValueTask<TState> LimitedAsync(TaskBody<TState> body, Run run, TimeSpan span)
    {
        using var limit = new AttemptLimit(span, Options.Time, _stop.Token);
        _context.Begin(_workflow.Plan.Node(run.State), in run, limit.Token);
        try
        {
            var answer = body.Task.RunAsync(_context, limit.Token);
            var next = await StopGrace.AwaitAsync(answer, _context, Options, limit.Token).ConfigureAwait(false);
            if (!limit.HasPassed) return next;
        }
        catch (Exception thrown) when (limit.HasPassed)
        {
            RenewAfter(thrown);
            throw new CanoException(Faults.AttemptTimeout, thrown);
        }

        throw new CanoException(Faults.AttemptTimeout);
    }

    private RunEvent Answered(TState next, long visit) =>
        _workflow.TryNumber(next, out var number)
            ? RunEvent.NewTaskSucceeded(visit, number)
            : RunEvent.NewTaskStrayed(visit, StateNames<TState>.Of(next));

    private RunEvent Failed(Exception thrown, long visit)
    {
        RenewAfter(thrown);
        Thrown = thrown is CanoException { InnerException: var inner } ? inner : thrown;
        var failure = new Failure(Faults.OfTask(thrown), Options.Chance.NextDouble(), Options.Time.GetUtcNow());
        return RunEvent.NewTaskFailed(visit, failure);
    }

    /// <summary>An abandoned body keeps its context.</summary>
    private void RenewAfter(Exception thrown)
    {
        if (thrown is AbandonedException) _context = new TaskContext(this);
    }

    /// <summary>The next answer of the split under way, if there is one already.</summary>
    private bool TryNext(out RunEvent happened)
    {
        if (!_split!.TryNext(out happened)) return false;
        if (!happened.IsSplitEnded) return true;
        _split.Dispose();
        _split = null;
        var body = (SplitBody<TState>)_workflow.BodyOf(_run.State);
        if (!body.Join.StoresPartialResults) return true;
        try
        {
            Resources.Get<MemoryStore>(Resources.StoreKey).Put("split_results", happened.result);
        }
        catch (Exception thrown)
        {
            happened = Failed(thrown, _run.Visit);
        }

        return true;
    }
}
