using System.Runtime.CompilerServices;
using Cano.Kernel;
using Microsoft.Extensions.Logging;

namespace Cano;

/// <summary>Runs one run: asks the kernel what follows, does it, and tells the kernel what happened.</summary>
internal sealed partial class Interpreter<TState> : RunScope
    where TState : notnull
{
    private readonly CompiledWorkflow<TState> _workflow;
    private readonly RunJournal? _journal;
    private readonly RunStop _stop;
    private TaskContext _context;
    private SplitRun<TState>? _split;
    private RareWork? _rare;
    private Run _run;
    private RunPath _path;

    public Interpreter(CompiledWorkflow<TState> workflow, Resources resources, string? workflowId, RunJournal? journal, RunStop stop)
        : base(workflow.Options, resources, workflowId)
    {
        _workflow = workflow;
        _journal = journal;
        _stop = stop;
        _context = new TaskContext(this);
        if (Options.Observers.Length > 0)
            Observation = new RunObservation(new Observers(Options.Observers, Options.Logger), workflow.Plan, workflowId);
    }

    /// <summary>The exception behind the run's failure, when a body threw one.</summary>
    public Exception? Thrown { get; private set; }

    /// <summary>Runs to the end. Never throws what a body or the store throws: that is in the outcome.</summary>
    public ValueTask<Outcome> RunAsync(in RunBeginning beginning)
    {
        Begin(in beginning);
        return LoopAsync(beginning.Event);
    }

    private async ValueTask<Outcome> LoopAsync(RunEvent happened)
    {
        while (true)
        {
            switch (Drive(happened, out var body))
            {
                case Effect.RunTask when body is { } pending:
                    try
                    {
                        happened = Answered(await pending.ConfigureAwait(false), _run.Visit);
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
                    _rare?.Rollback?.Dispose();
                    await CloseStreamAsync().ConfigureAwait(false);
                    if (_journal is not null) await EndAsync(_journal).ConfigureAwait(false);
                    return end.Outcome;
                case var effect:
                    happened = await effect.Accept(this).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>What only some runs have under way.</summary>
    public RareWork Rare => _rare ??= new RareWork();

    /// <summary>Signalled when the run is to stop.</summary>
    public CancellationToken StopToken => _stop.Token;

    /// <summary>The run's durable part.</summary>
    public Memory Memory => _run.Memory;

    /// <summary>The cursor with which the visit under way goes on; null on a fresh start.</summary>
    public byte[]? Cursor => MemoryModule.CursorOf(_run.Visit, _run.Memory);

    /// <summary>The visit that bodies answer for.</summary>
    public long Visit => _run.Visit;

    /// <summary>Lets go of the source that is being read, if there is one. What it throws is logged.</summary>
    public ValueTask CloseStreamAsync()
    {
        if (_rare?.OpenStream is not { } stream) return default;
        _rare.OpenStream = null;
        return new ValueTask(CloseAsync(stream));
    }

    /// <summary>The error with the path of this run.</summary>
    public CanoError Located(CanoError error)
    {
        var path = _path.Names(_workflow.Plan.NameOf);
        // A run that was stopped before its first visit has no path yet.
        return error.Along(path is [] && error.State is { } state ? [state] : path);
    }

    private void Tell(in Run before, in RunEvent happened, in Transition transition)
    {
        var after = transition.Run;
        Observation!.Stepped(in before, in happened, in after, transition.Start);
        Options.Steps?.Stepped(_workflow.Plan, in before, in happened, in transition);
    }

    /// <summary>Retires the rows of a run that has nothing left to resume. When that fails, it has ended all the same.</summary>
    private async ValueTask EndAsync(RunJournal journal)
    {
        if (!RunModule.IsSettled(in _run))
        {
            await ReleaseAsync(journal).ConfigureAwait(false);
            return;
        }

        try
        {
            await journal.RetireAsync(Options.Retention, _workflow.Plan.Definition.Name, Options.Time.GetUtcNow()).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            LogClear(Options.Logger, WorkflowId, thrown);
            Observation?.ClearFailed(in _run, Faults.OfStore("clear run", thrown));
        }
    }

    /// <summary>When this fails, the run's tries are counted too high, which a warning tells.</summary>
    private async ValueTask ReleaseAsync(RunJournal journal)
    {
        try
        {
            await journal.ReleaseAsync().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            LogRelease(Options.Logger, WorkflowId, thrown);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {WorkflowId} could not be given back to the store")]
    private static partial void LogRelease(ILogger logger, string? workflowId, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rows of ended run {WorkflowId} could not be cleared")]
    private static partial void LogClear(ILogger logger, string? workflowId, Exception exception);

    private async Task CloseAsync(IAsyncDisposable stream)
    {
        try
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            LogStreamClose(Options.Logger, thrown);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A stream's source failed when it was let go of")]
    private static partial void LogStreamClose(ILogger logger, Exception exception);

    private void Begin(in RunBeginning beginning)
    {
        _run = beginning.Run;
        if (beginning.Slot is { } slot) Rare.Slot = slot;
        if (beginning.Path is { } path)
        {
            foreach (var state in path) _path.Add(state);
        }

        // A resumed run is in its visit already.
        if (_run.Visit >= 0) _path.Add(_run.State);
    }

    /// <summary>Goes on for as long as tasks answer at once. Returns what must be awaited: of a task, its body.</summary>
    /// <remarks>The run and its events stay on the stack here: this is the path on which nothing is allocated.</remarks>
    private Effect Drive(RunEvent happened, out ValueTask<TState>? body)
    {
        body = null;
        var run = _run;
        while (true)
        {
            var start = Advance(ref run, in happened);
            if (start is not Effect.RunTask task || _workflow.BodyOf(task.State) is not TaskBody<TState> plain)
            {
                _run = run;
                if (start.IsAwait && TryNext(out happened)) continue;
                if (start is Effect.Append append && TryAppend(append.Row, out happened)) continue;
                return start;
            }

            try
            {
                var answer = Attempt(plain, in run);
                if (answer.IsFaulted)
                {
                    happened = Failed(Faults.Behind(answer.AsTask()), run.Visit);
                    continue;
                }

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
        if (Observation is not null) Tell(in run, in happened, transition);
        run = transition.Run;
        if (transition.Stop) _split?.Stop();
        return transition.Start;
    }
}
