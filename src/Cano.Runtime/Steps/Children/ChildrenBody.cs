using System.Text;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Steps.Children;

/// <summary>Runs that a state starts and waits for, and the choice of what follows by their ends.</summary>
internal abstract class ChildrenBody<TState> : WaitingBody<TState>
    where TState : notnull
{
    // As many digits as the number of a visit, or an index, may have.
    private const int VisitMax = 19;
    private const int IndexMax = 10;

    public override string TaskName => "";

    /// <summary>The workflows of the children.</summary>
    public abstract IReadOnlyList<ChildWorkflow> Workflows { get; }

    /// <summary>What the ids of the children end with, the longest in bytes of UTF-8; those of their own
    /// children included.</summary>
    public abstract int SuffixMax { get; }

    /// <summary>Chooses what follows by what became of the children.</summary>
    protected abstract ValueTask<TState> NextAsync(
        TaskContext context,
        FanOut ends,
        CancellationToken cancel
    );

    public override async ValueTask<RunEvent> ContinueAsync(VisitScope<TState> run, Fact fact)
    {
        var ends = DurableStateModule.FanOutOf(run.Visit, run.Durable)!;
        return run.Answered(
            await run.CallAsync(
                    TaskConfig.Minimal.Rules,
                    (context, cancel) =>
                        context.CallAsync(
                            UserCallKind.Part,
                            (Body: this, Ends: ends),
                            static (it, context, cancel) => it.Body.NextAsync(context, it.Ends, cancel),
                            cancel
                        )
                )
                .ConfigureAwait(false)
        );
    }

    /// <summary>Asks the user what children are given.</summary>
    protected static ValueTask<T> AskAsync<T>(
        VisitScope<TState> run,
        Func<TaskContext, CancellationToken, ValueTask<T>> ask
    ) =>
        run.CallAsync(
            TaskConfig.Minimal.Rules,
            (context, cancel) =>
                context.CallAsync(
                    UserCallKind.Part,
                    ask,
                    static (ask, context, cancel) => ask(context, cancel),
                    cancel
                )
        );

    /// <summary>As the rows of the parent name it.</summary>
    protected static ChildStart Start(
        VisitScope<TState> run,
        string id,
        ChildWorkflow workflow,
        StoredValue? input,
        int index
    ) =>
        new(
            id,
            workflow.Name,
            workflow.Version,
            workflow.InitialState,
            input,
            index,
            workflow.InitialData(run.Options.Values)
        );

    /// <summary>The id of an only child: its parent, and the visit that it is of.</summary>
    protected static string IdOf(VisitScope<TState> run) => ChildId.Of(run.RunId, run.Visit);

    protected static int SuffixOf(ChildWorkflow workflow) => 1 + VisitMax + workflow.SuffixMax;

    protected static int SuffixOfEach(ChildWorkflow workflow) => SuffixOf(workflow) + 1 + IndexMax;

    protected static int SuffixOf(string name, ChildWorkflow workflow) =>
        SuffixOf(workflow) + 1 + Encoding.UTF8.GetByteCount(name);
}
