using System.Diagnostics.CodeAnalysis;
using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Definitions;
using Cano.Runtime.Scope;
using Cano.Runtime.Signals;
using Cano.Runtime.Steps;
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
    private readonly RunStop _stop;
    private RunJournal? _journal;
    private RunResult? _result;
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
        : base(resources, beginning.RunId)
    {
        _workflow = workflow;
        _stop = stop;
        _context = new TaskContext(this);
        _run = beginning.Run;
        var tracer = Observing.Tracer(Plan, in beginning);
        Observation = Observing.Of(Options, Plan, beginning.RunId, tracer);
        if (Observation is not null && Observing.Calls(Options, Plan, beginning.RunId, tracer) is { } calls)
            (OptionalState.Calls, OptionalState.Spans) = (calls, tracer);
        if (beginning.Equipment is { } equipment)
            Equip(equipment);

        // A resumed run is in its visit already.
        if (_run.Visit >= 0)
            _path.Add(_run.State);
    }

    private void Equip(RunEquipment equipment)
    {
        Values = equipment.Values;
        _journal = equipment.Journal;
        _result = equipment.Result;
        if (equipment.Slot is { } slot)
            OptionalState.Slot = slot;
        if (equipment.IsWaitOver && _run.Durable.Last?.Fact is Fact.WaitStarted { Item.Due: { } due })
            OptionalState.SpanEnd = new SpanEnd(due, Moment.Past);
        foreach (var state in equipment.Path ?? [])
            _path.Add(state);
    }

    /// <summary>Runs to the exit, from what the kernel is told first.</summary>
    /// <exception cref="CanoException">Why the run failed.</exception>
    public ValueTask<TState> RunAsync(RunEvent happened)
    {
        var flow = CallersFlow.Now();
        if (!flow.IsKnown)
            return GoOnAsync(happened, null, null);
        try
        {
            var start = AdvanceWhilePossible(happened, out var body);
            if (start is not Effect.Finish { Outcome: Outcome.Completed { Exit: var exit } } || !EndsAlone)
                return GoOnAsync(null, start, body);
            _stop.Dispose();
            return new ValueTask<TState>(_workflow.EndedIn(exit, _run.Data));
        }
        catch (Exception thrown)
        {
            return BreakAsync(thrown);
        }
        finally
        {
            flow.GiveBack();
        }
    }

    private async ValueTask<TState> GoOnAsync(RunEvent? happened, Effect? start, ValueTask<TState>? body)
    {
        using var stop = _stop;
        try
        {
            while (true)
            {
                switch (start ?? AdvanceWhilePossible(happened, out body))
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
                start = null;
            }
        }
        catch (Exception thrown) when (thrown is not CanoException)
        {
            throw await BrokenAsync(thrown).ConfigureAwait(false);
        }
    }

    public override Plan Plan => _workflow.Plan;

    public override RunOptions Options => _workflow.Options;

    private RunControl? Control => _stop.Control;

    public override void Keep(Exception thrown) => OptionalState.Thrown = (thrown, _run.Visit, _run.Attempt);

    public override OptionalRunState OptionalState => _optionalState ??= new OptionalRunState();

    public override StopTokens Stop => _stop.Tokens;

    public override bool IsSuspending => Control is { IsSuspending: true };

    public override TimeSpan StopGrace => Control?.Grace ?? Options.StopGrace;

    public override bool IsJournaled => _journal is not null;

    public override RunRows? Rows => _journal?.Rows;

    public override IUserCalls? Calls => _optionalState?.Calls ?? Options.Calls;

    public override void Outlasts(Task body) => Control?.Outlasts(body, Options.Dispatcher);

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
