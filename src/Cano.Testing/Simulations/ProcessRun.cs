using Cano.Kernel;
using Cano.Runtime.Observation;

namespace Cano.Testing.Simulations;

/// <summary>A run as one process works on it.</summary>
internal sealed class ProcessRun
{
    /// <param name="process">The process.</param>
    /// <param name="rules">What its rows promise.</param>
    public ProcessRun(SimulatedProcess process, JournalRules rules)
    {
        Process = process;
        Rules = rules;
        Replay = new ReplayCheck(process.World, rules);
        Rest = new RestRules(this);
        Cancelling = new CancelRules(this);
    }

    public SimulatedProcess Process { get; }

    public JournalRules Rules { get; }

    public string Id => Rules.RunId;

    public ReplayCheck Replay { get; }

    /// <summary>What holds when the run is told to rest.</summary>
    public RestRules Rest { get; }

    /// <summary>What holds when the run is cancelled for good.</summary>
    public CancelRules Cancelling { get; }

    /// <summary>Its rows that the process has handed over and that are not durable.</summary>
    public AcceptedRows Accepted { get; } = new();

    /// <summary>Whether the process knows that the run is cancelled for good.</summary>
    public bool HasHeard { get; set; }

    /// <summary>The journal or a resource failed: the run could not do its part.</summary>
    public bool IsTroubled { get; set; }

    /// <summary>Whether the process has begun the run, or claimed it.</summary>
    public bool IsClaimed { get; set; }

    /// <summary>The process has claimed it.</summary>
    public void TakenUp()
    {
        (IsTroubled, IsClaimed) = (false, true);
        Accepted.Clear();
        Rest.TakenUp();
        Rules.TakenUp();
    }

    /// <summary>A point of it, in one of its states or in none, at which something may go wrong.</summary>
    /// <inheritdoc cref="SimulatedProcess.StrikeAsync"/>
    public ValueTask<SimulationFaults> StrikeAsync(SimulationFaults possible, string state, string when) =>
        Process.StrikeAsync(possible, new Place(Id, state), when);

    /// <summary>Puts a line about it into the timeline.</summary>
    public void Tell(string what, string state = "", int attempt = 0, long? row = null) =>
        Process.World.Tell(what, new Place(Id, state), attempt, row);
}

/// <summary>Where something happens: a run, and one of its states; both empty outside any.</summary>
internal readonly record struct Place(string RunId, string State)
{
    public static Place Nowhere { get; } = new("", "");
}

/// <summary>Hears the decisions about the runs of a workflow in a process.</summary>
internal sealed class ProcessSteps(SimulatedProcess process, KnownWorkflow workflow) : IStepListener
{
    public void Stepped(string runId, Plan plan, in Run before, RunEvent happened, in Transition transition)
    {
        // A run is decided about before its first row.
        process.World.Runs.Know(runId, workflow);
        process.RunOf(runId).Replay.Stepped(plan, in before, happened, in transition);
    }
}
