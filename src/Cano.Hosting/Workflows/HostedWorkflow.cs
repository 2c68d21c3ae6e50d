using Cano.CSharp.Engine;
using Cano.Hosting.Engines;
using Cano.Runtime.Definitions;
using Cano.Runtime.Errors;

namespace Cano.Hosting.Workflows;

/// <summary>A workflow of a host, built when it is first asked for.</summary>
internal abstract class HostedWorkflow
{
    public abstract string Name { get; }

    /// <summary>What it is called in errors: its name, or, if that cannot be had, who has it.</summary>
    public abstract string Label { get; }

    public abstract uint Version { get; }

    /// <summary>Builds it, and checks its wiring as an engine does.</summary>
    /// <exception cref="CanoException">`configuration`: it cannot be built, or not run.</exception>
    public abstract void Validate();

    /// <exception cref="CanoException">`configuration`: the engine cannot take it.</exception>
    public abstract void AddTo(CanoEngine engine);
}

/// <param name="label">What it is called while its name is not known.</param>
/// <param name="name">Its name.</param>
/// <param name="build">Registers the states of the one of this name.</param>
/// <param name="engine">Whose runs they are.</param>
internal sealed class HostedWorkflow<TState>(
    string label,
    Lazy<string> name,
    Func<string, Workflow<TState>> build,
    EngineSource engine
) : HostedWorkflow, IRunOwner<TState>
    where TState : notnull
{
    private readonly Lock _gate = new();
    private Workflow<TState>? _value;

    public override string Name => name.Value;

    public override string Label => name.IsValueCreated ? name.Value : label;

    public override uint Version => Value.Setup.Version;

    /// <summary>What the container gives: its runs are the engine's.</summary>
    public Workflow<TState> Value
    {
        get
        {
            lock (_gate)
                return _value ??= Built();
        }
    }

    public override void Validate() => Value.RequireSound();

    public override void AddTo(CanoEngine engine) => engine.Add(Value);

    public async Task<TState> StartAsync(
        WorkflowSetup<TState> asked,
        TState initial,
        string? runId,
        CancellationToken cancel
    )
    {
        ThrowIfChanged(asked);
        if (cancel.IsCancellationRequested)
            throw new CanoException(CanoError.Of(Fault.Cancelled));
        var (run, ended) = await engine
            .Engine.StartHeardAsync(Value, initial, runId ?? Guid.NewGuid().ToString("N"))
            .ConfigureAwait(false);
        return await EndOfAsync(run, ExitAsync, cancel).ConfigureAwait(false);

        async Task<TState> ExitAsync(CancellationToken stop) =>
            run.ExitOf(await ended.WaitAsync(stop).ConfigureAwait(false));
    }

    public async Task<TState> ResumeAsync(WorkflowSetup<TState> asked, string runId, CancellationToken cancel)
    {
        ThrowIfChanged(asked);
        var run = engine.Engine.Run(Value, runId);
        var there = await run.DescribeAsync(CancellationToken.None).ConfigureAwait(false);
        if (there.Damage is null && there.WorkflowName != Name)
            throw EngineErrors.IsOfOther(runId, there.WorkflowName, Name);
        var ended = await GoneOnAsync(run, there.Status).ConfigureAwait(false);
        return await EndOfAsync(run, ended.WaitAsync, cancel).ConfigureAwait(false);
    }

    /// <summary>Goes on with a run, and gives its end to come.</summary>
    private async Task<Task<TState>> GoneOnAsync(WorkflowRun<TState> run, RunStatus status)
    {
        if (status is RunStatus.Failed or RunStatus.Quarantined)
        {
            await engine.Engine.RetryAsync(run.RunId, CancellationToken.None).ConfigureAwait(false);
            return run.Completion();
        }

        // Heard of from here on: of a run that is forgotten at once nothing is there behind its end.
        var ended = run.Completion();
        await engine.Engine.TakeUpAsync(run.RunId, CancellationToken.None).ConfigureAwait(false);
        return ended;
    }

    /// <summary>The token of a plain run stops the run; an engine's run is cancelled for that.</summary>
    private static async Task<TState> EndOfAsync(
        WorkflowRun<TState> run,
        Func<CancellationToken, Task<TState>> ended,
        CancellationToken cancel
    )
    {
        try
        {
            return await ended(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await CancelAsync(run).ConfigureAwait(false);
            return await ended(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task CancelAsync(WorkflowRun<TState> run)
    {
        try
        {
            await run.CancelAsync("its caller cancelled it", CancellationToken.None).ConfigureAwait(false);
        }
        catch (CanoException missing) when (missing.Error.Fault.IsRunNotFound)
        {
            // It has ended meanwhile, and nothing of it is kept.
        }
    }

    private Workflow<TState> Built()
    {
        var built =
            BuildingPath.Within(this, () => build(Name))
            ?? throw InvalidConfiguration.Of($"What builds workflow '{Name}' gives null");
        var named = built.Setup.Name is null ? built.WithName(Name) : built;
        return named.Setup.Name == Name
            ? new(named.Setup with { Owner = this })
            : throw InvalidConfiguration.Of(
                $"Workflow '{Name}' calls itself '{named.Setup.Name}' where it is built: give it one name"
            );
    }

    private void ThrowIfChanged(WorkflowSetup<TState> asked)
    {
        if (!ReferenceEquals(asked, Value.Setup))
            throw InvalidConfiguration.Of(
                $"This is a changed copy of workflow '{Name}', whose runs are those of the host's engine: change it where it is built"
            );
    }
}
