using Cano.Runtime.Data;
using Cano.Runtime.Definitions;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Waits;

namespace Cano.CSharp.Engine;

/// <summary>The workflows that an engine knows, by name and version.</summary>
/// <param name="options">What the engine runs with.</param>
/// <param name="basis">What all of its runs are run with.</param>
/// <param name="hasInboxes">Whether the store keeps what is sent to runs.</param>
internal sealed class EngineWorkflows(CanoEngineOptions options, RunOptions basis, bool hasInboxes)
    : IKnownWorkflows
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, uint Version), EngineWorkflow> _byName = [];

    /// <summary>The names, each once, in no order.</summary>
    public string[] Names
    {
        get
        {
            lock (_gate)
                return [.. _byName.Keys.Select(key => key.Name).Distinct()];
        }
    }

    /// <summary>All, versions each, in no order.</summary>
    public EngineWorkflow[] All
    {
        get
        {
            lock (_gate)
                return [.. _byName.Values];
        }
    }

    /// <summary>Takes a workflow in. The same value twice is taken once.</summary>
    /// <exception cref="CanoException">`configuration`: it has no name, its name and version are another's,
    /// its wiring is wrong, or it has a store, a clock or a logger of its own.</exception>
    public EngineWorkflow<TState> Add<TState>(Workflow<TState> workflow)
        where TState : notnull
    {
        lock (_gate)
        {
            if (Known(workflow) is { } known)
                return known;
            InvalidConfiguration.ThrowIfAny([.. Problems(workflow)]);
            var added = new EngineWorkflow<TState>(workflow, Bound(workflow));
            added.Bound.RequireSound();
            foreach (var child in added.Children)
                child.AddTo(this);
            _byName.Add((added.Name, added.Version), added);
            return added;
        }
    }

    void IKnownWorkflows.Add<TState>(Workflow<TState> workflow, TState initial) =>
        Add(workflow).Bound.Compiled.StartAt(initial);

    /// <summary>The workflow as it was added.</summary>
    /// <exception cref="CanoException">`configuration`: it was not.</exception>
    public EngineWorkflow<TState> Of<TState>(Workflow<TState> workflow)
        where TState : notnull
    {
        lock (_gate)
            return Known(workflow)
                ?? throw InvalidConfiguration.Of(
                    $"Workflow '{workflow.Setup.Name}' was not added to the engine: call Add with the value that runs are started with"
                );
    }

    /// <summary>The one that goes on with a run; null when it was not added.</summary>
    public EngineWorkflow? Find(string? name, uint version)
    {
        lock (_gate)
            return name is null ? null : _byName.GetValueOrDefault((name, version));
    }

    private EngineWorkflow<TState>? Known<TState>(Workflow<TState> workflow)
        where TState : notnull =>
        workflow.Setup.Name is { } name
        && _byName.GetValueOrDefault((name, workflow.Setup.Version)) is EngineWorkflow<TState> known
        && ReferenceEquals(known.Value, workflow)
            ? known
            : null;

    private IEnumerable<string> Problems<TState>(Workflow<TState> workflow)
        where TState : notnull
    {
        var setup = workflow.Setup;
        if (setup.Name is not { } name)
        {
            yield return "A workflow of an engine needs a name: call WithName";
            yield break;
        }

        if (_byName.ContainsKey((name, setup.Version)))
            yield return $"Another workflow has the name '{name}' and version {setup.Version}: "
                + "give this one another version with WithWorkflowVersion";
        if (setup.Options.Store is not null)
            yield return $"Workflow '{name}' has a checkpoint store of its own: its runs are kept in the engine's";
        if (setup.Options.Time != TimeProvider.System && setup.Options.Time != options.TimeProvider)
            yield return $"Workflow '{name}' has a clock of its own: give it to the engine";
        if (setup.Options.Values != ValueCodec.Plain)
            yield return $"Workflow '{name}' has rules for JSON of its own: give them to the engine";
        if (options.LoggerFactory is not null && !setup.Options.HasNoLogger)
            yield return $"Workflow '{name}' has a logger of its own, and so has the engine: leave one out";
        if (!hasInboxes)
            foreach (var handler in setup.Handlers)
                if (handler.Body is WaitBody<TState> { IsOpen: true })
                    yield return WaitProblems.Unreachable(handler.Name);
    }

    /// <summary>The workflow with what the engine gives; the value that was added stays as it is.</summary>
    private Workflow<TState> Bound<TState>(Workflow<TState> workflow)
        where TState : notnull
    {
        WorkflowSetup<TState> setup = workflow.Setup;
        var own = setup.Options;
        var bound = own with
        {
            Store = basis.Store,
            Time = basis.Time,
            Values = basis.Values,
            Logger = own.HasNoLogger ? basis.Logger : own.Logger,
            Observers = [.. basis.Observers, .. own.Observers],
            OwnRetention = own.OwnRetention ?? basis.OwnRetention,
            OwnStopGrace = own.OwnStopGrace ?? options.StopGrace,
        };
        setup = setup with { Options = bound, RunId = null, Owner = null };
        return new Workflow<TState>(options.Frame?.Around(setup) ?? setup);
    }
}
