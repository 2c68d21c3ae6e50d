using Cano.Runtime.Checkpoints;
using Cano.Runtime.Definitions;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.CSharp.Scheduling;

/// <summary>What a flow runs, whatever its states.</summary>
internal interface IFlowWork
{
    bool IsConcurrent { get; }

    /// <summary>Whether its runs are a host's, whose engine alone may begin them.</summary>
    bool IsOfHost { get; }

    /// <summary>Everything that is wrong with its wiring, and with the ids of its runs.</summary>
    /// <param name="flow">The flow's id.</param>
    IEnumerable<string> Problems(string flow);

    /// <summary>The workflows of one run; to be asked when there is no problem.</summary>
    IReadOnlyList<FlowMember> Members { get; }

    /// <summary>A store that fails is waited for, and that is no failure of the flow.</summary>
    bool IsHealing { get; }

    /// <summary>After a failure: makes the store usable again if that can be done.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: not yet.</exception>
    Task HealAsync();

    /// <summary>The same work, whose runs somebody else works on.</summary>
    /// <exception cref="CanoException">`configuration`: its workflows cannot be worked on there.</exception>
    IFlowWork In(IFlowRuns runs);

    /// <summary>Takes an occurrence's runs to their ends: those that are not there are started, the others go
    /// on.</summary>
    Task<WorkOutcome> RunAsync(FlowOccurrence occurrence);
}

/// <summary>What a flow is to run.</summary>
/// <param name="Flow">The flow's id.</param>
/// <param name="At">Of when it is.</param>
/// <param name="Run">The run of the flow that it is part of.</param>
internal sealed record FlowOccurrence(string Flow, DateTimeOffset At, FlowRun Run)
{
    /// <summary>Why a run that rests is not at its end.</summary>
    public static CanoError Rests { get; } =
        CanoError.Of(Fault.NewSuspended("the run rests; who schedules its flow next goes on with it"));

    /// <summary>Asks its runs to stop.</summary>
    public CancellationToken Stop { get; init; } = Run.Cancelled;

    /// <summary>Whether it is over by now; null when nothing tells of it.</summary>
    public Func<ValueTask<bool>>? IsOver { get; init; }

    /// <summary>The id of its run, or of one of its runs.</summary>
    public string RunId(string instance = "") => OccurrenceId.Of(Flow, At, instance);
}

/// <summary>One workflow of a flow.</summary>
/// <param name="Name">The instance's name; empty unless the flow is concurrent.</param>
/// <param name="Workflow">The workflow's name; null when it has none.</param>
/// <param name="Options">What it is run with.</param>
/// <param name="Shared">Its resources.</param>
internal sealed record FlowMember(string Name, string? Workflow, RunOptions Options, SharedResourceUse Shared)
{
    /// <summary>What is wrong with the ids that a flow's runs have in a journal. They are all of one
    /// length.</summary>
    public static IEnumerable<string> IdProblems(RunOptions options, string flow, string instance = "") =>
        options.Store is not null
        && RunIdRule.Problem(OccurrenceId.Of(flow, default, instance)) is { } problem
            ? [problem]
            : [];

    public static FlowMember Of<TState>(string name, CompiledWorkflow<TState> workflow)
        where TState : notnull => new(name, workflow.Plan.Definition.Name, workflow.Options, workflow.Shared);

    /// <summary>Stands for the first one where there is none.</summary>
    public static FlowMember None { get; } =
        new(
            "",
            null,
            new RunOptions(),
            new SharedResourceUse(new Resources(), NullLogger.Instance, Dispatcher.ThreadPool)
        );

    public ILogger Logger => Options.Logger;

    public bool IsJournaled => Options.Store is not null;

    /// <exception cref="CanoException">`checkpoint_store`: it cannot be opened.</exception>
    public ValueTask<ICheckpointStore> OpenStoreAsync() => StoreCall.OpenAsync(Options);
}

/// <summary>How the runs of an occurrence ended.</summary>
/// <param name="Error">Why the whole failed; null when it did not.</param>
internal sealed record WorkOutcome(CanoError? Error)
{
    /// <summary>There was nothing to run.</summary>
    public static WorkOutcome PassedOver { get; } = new((CanoError?)null) { IsPassedOver = true };

    /// <summary>Of a concurrent flow, the instances that reached an exit.</summary>
    public int CompletedCount { get; init; }

    /// <summary>Of a concurrent flow, the instances that failed.</summary>
    public int FailedCount { get; init; }

    /// <summary>The instances whose rollback did not succeed: their rows are evidence.</summary>
    public IReadOnlyCollection<string> Dirty { get; init; } = [];

    /// <summary>There was nothing to run: the occurrence is over already, or somebody else's.</summary>
    public bool IsPassedOver { get; init; }
}
