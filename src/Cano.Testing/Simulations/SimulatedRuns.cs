using Cano.Runtime.Definitions;
using Cano.Runtime.Steps.Sagas;
using Cano.Runtime.Steps.Singles;

namespace Cano.Testing.Simulations;

/// <summary>The runs of a seed: the one that is simulated, and its children, whatever process works on
/// them.</summary>
internal sealed class SimulatedRuns(SimulatedWorld world)
{
    private readonly Dictionary<string, JournalRules> _runs = [];

    /// <summary>The run that is simulated.</summary>
    public JournalRules Root => _runs[SeedRun.RunId];

    /// <summary>Its children and theirs, in the order in which they began.</summary>
    public IEnumerable<JournalRules> Children => _runs.Values.Where(run => run.RunId != SeedRun.RunId);

    public IEnumerable<JournalRules> All => _runs.Values;

    /// <summary>One that is there, or is about to begin.</summary>
    public JournalRules Of(string runId) => _runs[runId];

    /// <summary>One that is there; null when it is not.</summary>
    public JournalRules? Find(string runId) => _runs.GetValueOrDefault(runId);

    /// <summary>The rows of each child that began, by its id.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<CheckpointRow>> ChildRows() =>
        Children.Where(child => child.Rows.Count > 0).ToDictionary(child => child.RunId, child => child.Rows);

    /// <summary>A run is one of this workflow.</summary>
    public void Know(string runId, KnownWorkflow workflow)
    {
        if (_runs.ContainsKey(runId))
            return;
        Action<string> breach =
            runId == SeedRun.RunId ? world.Breach : text => world.Breach($"child '{runId}': {text}");
        var rules = new JournalRules(runId, workflow, breach) { IsJournaled = world.Options.IsJournaled };
        _runs.Add(runId, rules);
    }
}

/// <summary>A workflow that is simulated.</summary>
/// <param name="Definition">The workflow as data.</param>
/// <param name="OneCallStates">The states whose body is called once an attempt, without a limit of its
/// time.</param>
/// <param name="Retention">What becomes of its ended runs.</param>
internal sealed record KnownWorkflow(
    Definition Definition,
    IReadOnlySet<string> OneCallStates,
    Retention Retention
)
{
    public static KnownWorkflow Of<TState>(WorkflowSetup<TState> setup)
        where TState : notnull =>
        new(
            setup.Define(),
            setup.Handlers.Where(IsOneCall).Select(handler => handler.Name).ToHashSet(),
            setup.Options.Retention
        );

    private static bool IsOneCall<TState>(Registration<TState> handler)
        where TState : notnull =>
        handler.Body switch
        {
            TaskBody<TState> { Task: not IComposedTask, Rules.Limit: null } => true,
            CompensatableBody<TState> step => step.UndoTimeout is null,
            _ => false,
        };
}
