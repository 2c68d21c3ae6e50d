using Cano.Kernel;
using Cano.Runtime.Scope;

namespace Cano.Testing.Contexts;

/// <summary>What a context works for where no workflow runs: one visit of one state.</summary>
internal sealed class TestRun : RunScope
{
    /// <summary>The run's own part of its effect keys: always the same, so that a test can tell the whole
    /// key.</summary>
    private const string OwnPart = "contextoftest";

    private readonly CancellationToken _token;
    private Run _run;

    public TestRun(
        string state,
        RunOptions options,
        Resources resources,
        string runId,
        in Run run,
        CancellationToken token
    )
        : base(resources, runId)
    {
        Plan = PlanOf(state);
        Options = options;
        _run = run;
        _token = token;
    }

    public override Plan Plan { get; }

    public override RunOptions Options { get; }

    public ref readonly Run Run => ref _run;

    public CancellationToken Token => _token;

    protected override string KeyPart => OwnPart;

    /// <summary>The run of a context that a test made.</summary>
    public static TestRun Of(TaskContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Scope as TestRun
            ?? throw new ArgumentException(
                "Tasks run in a context that TestContext.For made",
                nameof(context)
            );
    }

    public override object StateOf(int number, in StateData data) =>
        data.Value
        ?? throw new CanoException(
            CanoError.Of(
                Fault.NewWorkflow("the context has no state as a value: give one to TestContext.For")
            )
        );

    public TaskContext NewContext()
    {
        var context = new TaskContext(this);
        Begin(context);
        return context;
    }

    /// <summary>A call begins. Returns the token that it gets.</summary>
    public CancellationToken Begin(TaskContext context)
    {
        context.Begin(in _run, _token);
        return _token;
    }

    /// <summary>A step, or a window, has left a cursor: the next one has an effect key of its own.</summary>
    public void Advance(byte[] cursor)
    {
        var (durable, state) = (_run.Durable, Plan.NameOf(_run.State));
        var row = new Row(
            durable.Sequence,
            _run.Visit,
            0,
            null,
            state,
            "",
            Fact.NewCursorAdvanced(cursor),
            _run.Data
        );
        _run = new Run(
            DurableStateModule.Remember(row, durable),
            _run.Phase,
            _run.Split,
            _run.Data,
            _run.Visit,
            _run.State,
            _run.Attempt,
            _run.Mode
        );
    }

    /// <summary>A plan with this one state. It is an exit, for nobody asks what work it has.</summary>
    private static Plan PlanOf(string state) =>
        Plan.Compile(new Definition(null, 0, [], [state], null, null, 1));
}
