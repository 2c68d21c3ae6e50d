using System.Diagnostics.CodeAnalysis;
using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Definitions;
using Cano.Runtime.Errors;
using Cano.Runtime.Observation;
using Cano.Runtime.Scope;
using Cano.Runtime.Signals;
using Cano.Runtime.Steps;
using Cano.Runtime.Steps.Singles;
using Cano.Runtime.Steps.Splits;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Time;

namespace Cano.Runtime.Loop;

/// <summary>Runs one run: asks the kernel what follows, does it, and tells the kernel what
/// happened.</summary>
internal sealed partial class Interpreter<TState> : VisitScope<TState>
    where TState : notnull
{
    private readonly CompiledWorkflow<TState> _workflow;
    private readonly RunJournal? _journal;
    private readonly RunStop _stop;
    private readonly RunControl? _control;
    private readonly RunResult? _result;
    private TaskContext _context;
    private SplitRun<TState>? _split;
    private OptionalRunState? _optionalState;
    private Run _run;
    private RunPath _path;

    public Interpreter(
        CompiledWorkflow<TState> workflow,
        Resources resources,
        in RunBeginning beginning,
        RunStop stop
    )
        : base(workflow.Plan, workflow.Options, resources, beginning.RunId)
    {
        Values = beginning.Values;
        _workflow = workflow;
        _journal = beginning.Journal;
        _stop = stop;
        _control = beginning.Control;
        _result = beginning.Result;
        _context = new TaskContext(this);
        _run = beginning.Run;
        if (Options.Observers.Length > 0 || Options.Steps is not null)
            Observation = new RunObservation(
                new Observers(Options.Observers, Options.Logger),
                Plan,
                observers => new ProgressReports(observers, Options),
                beginning.RunId
            );
        if (beginning.Slot is { } slot)
            OptionalState.Slot = slot;
        if (beginning.IsWaitOver && _run.Durable.Last?.Fact is Fact.WaitStarted { Item.Due: { } due })
            OptionalState.SpanEnd = new SpanEnd(due, Moment.Past);
        if (beginning.Path is { } path)
        {
            foreach (var state in path)
                _path.Add(state);
        }

        // A resumed run is in its visit already.
        if (_run.Visit >= 0)
            _path.Add(_run.State);
    }

    /// <summary>Runs to the exit, from what the kernel is told first.</summary>
    /// <exception cref="CanoException">Why the run failed.</exception>
    public async ValueTask<TState> RunAsync(RunEvent? happened)
    {
        using var stop = _stop;
        try
        {
            while (true)
            {
                switch (AdvanceWhilePossible(happened, out var body))
                {
                    case var work when MayBeAskedBeside(work):
                        happened = await BesideAsync(UnderWay(work, body)).ConfigureAwait(false);
                        break;
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
                    case Effect.Finish end:
                        return await EndAsync(end.Outcome).ConfigureAwait(false);
                    case var effect:
                        happened = await effect.Accept(this).ConfigureAwait(false);
                        break;
                }

                // Whoever cancels may have woken the run on its own stack.
                if (_stop.IsCancelRequested)
                    await Options.Dispatcher.Turn;
            }
        }
        catch (Exception thrown) when (thrown is not CanoException)
        {
            throw await BrokenAsync(thrown).ConfigureAwait(false);
        }
    }

    public override void Keep(Exception thrown) => OptionalState.Thrown = (thrown, _run.Visit, _run.Attempt);

    public override OptionalRunState OptionalState => _optionalState ??= new OptionalRunState();

    public override StopTokens Stop => _stop.Tokens;

    public override bool IsSuspending => _control is { IsSuspending: true };

    public override TimeSpan StopGrace => _control?.Grace ?? Options.StopGrace;

    public override bool IsJournaled => _journal is not null;

    public override void Outlasts(Task body) => _control?.Outlasts(body, Options.Dispatcher);

    public override void Reports(long visit, RunPoint at, RunProgress progress)
    {
        _result?.Report(visit, progress);
        base.Reports(visit, at, progress);
    }

    public override IInbox? Inbox => Options.Inboxes?.Of(RunId) ?? _journal?.Inbox;

    public override DurableState Durable => _run.Durable;

    public override Kernel.Cursor? Cursor => DurableStateModule.CursorOf(_run.Visit, _run.Durable);

    /// <summary>Rows know it. A run without any draws one.</summary>
    protected override string? KeyPart =>
        _journal is null ? EffectKeyPart.Draw(Options.Random) : Durable.Start?.Key;

    public override long Visit => _run.Visit;

    private void Tell(in Run before, RunEvent happened, in Transition transition)
    {
        var after = transition.Run;
        Observation!.Stepped(in before, happened, in after, transition.Start);
        Options.Steps?.Stepped(RunId, Plan, in before, happened, in transition);
    }

    /// <summary>Goes on for as long as answers come at once. Returns what must be awaited: of a task, its
    /// body.</summary>
    private Effect AdvanceWhilePossible(RunEvent? happened, out ValueTask<TState>? body)
    {
        while (true)
        {
            var start = AdvanceThroughTasks(AdvanceUnlessStopped(happened), out var answered, out body);
            if (answered is null && !TryHeld(start, out answered) && !TryAnswer(start, out answered))
                return start;
            happened = answered;
        }
    }

    /// <summary>Runs plain tasks for as long as they answer at once with a state, and only the kernel asks
    /// for it. Returns what was started last; `answered` is what came of it, `body` what it waits for, if
    /// anything.</summary>
    /// <remarks>The run stays on the stack here: this is the path on which nothing is allocated. Its address
    /// goes to nobody but the kernel's inlined decision, so that its fields need not be written down and read
    /// again.</remarks>
    private Effect AdvanceThroughTasks(Effect start, out RunEvent? answered, out ValueTask<TState>? body)
    {
        answered = null;
        body = null;
        if (!start.IsRunTask)
            return start;
        var run = _run;
        while (start.IsRunTask && _workflow.BodyOf(run.State) is TaskBody<TState> plain)
        {
            int next;
            try
            {
                var answer = Attempt(plain, in run);
                if (!answer.IsCompletedSuccessfully)
                {
                    _run = run;
                    // Read, not awaited: throwing it once more costs microseconds.
                    if (answer.IsFaulted)
                        answered = Failed(Faults.Behind(answer.AsTask()), run.Visit);
                    else
                        body = answer;
                    return start;
                }

                var chosen = answer.Result;
                if (
                    !_workflow.TryNumber(run.State, chosen, out next)
                    || IsWatched
                    || _workflow.MustReturn(next)
                )
                {
                    _run = run;
                    answered = Answered(chosen);
                    return start;
                }
            }
            catch (Exception thrown)
            {
                _run = run;
                answered = Failed(thrown, run.Visit);
                return start;
            }

            start = Take(ref run, Reducer.Succeeded(Plan, in run, next));
        }

        _run = run;
        return start;
    }

    /// <summary>Whether somebody looks at events, or the kernel must hear of a request to stop
    /// first.</summary>
    private bool IsWatched => Observation is not null || _stop.IsRequested;

    /// <summary>What has come of an effect, if that is known at once.</summary>
    private bool TryAnswer(Effect start, [MaybeNullWhen(false)] out RunEvent happened)
    {
        happened = null;
        return start switch
        {
            { IsAwait: true } or { IsRunBranches: true } => _split is not null && TryNext(out happened),
            Effect.Append append => TryAppend(append.Row, append.Durability, out happened),
            _ => false,
        };
    }

    private Effect Advance(RunEvent happened)
    {
        var transition = Reducer.Step(Plan, in _run, happened);
        if (Observation is not null)
            Tell(in _run, happened, in transition);
        return Take(ref _run, in transition);
    }

    /// <summary>Takes the kernel's decision over. Returns what it starts.</summary>
    private Effect Take(ref Run run, in Transition transition)
    {
        if (transition.Run.Visit != run.Visit)
            _path.Add(transition.Run.State);
        run = transition.Run;
        if (transition.Stop)
            _split?.Stop();
        return transition.Start;
    }
}
