using Cano.Kernel;
using Cano.Runtime.Observation;
using Cano.Runtime.Runs;
using Cano.Runtime.Steps.Children;
using Cano.Runtime.Steps.Waits;

namespace Cano.CSharp.Engine;

/// <summary>A workflow that an engine knows, whatever its states.</summary>
/// <param name="name">Its name.</param>
/// <param name="version">Its version.</param>
/// <param name="value">The value that was added.</param>
/// <param name="maxRunning">How many of its runs work at once; null for any number.</param>
internal abstract class EngineWorkflow(string name, uint version, object value, int? maxRunning)
{
    /// <summary>The places of its runs; null when there is one for each.</summary>
    public SemaphoreSlim? Places { get; } = maxRunning is { } max ? new SemaphoreSlim(max) : null;

    public string Name => name;

    public uint Version => version;

    /// <summary>The value that was added.</summary>
    public object Value => value;

    /// <summary>How long its ended runs are kept.</summary>
    public abstract Retention Retention { get; }

    /// <summary>What its runs share, if it is set up now; else nothing.</summary>
    public abstract Resources InUse { get; }

    /// <summary>Goes on with a run that is there; answers with the name of its exit, or with null when it
    /// rests, as the request's result says.</summary>
    public abstract ValueTask<string?> TakeUpAsync(RunRequest request);

    /// <summary>Begins a child where its parent's rows say; answers as <see cref="TakeUpAsync"/>
    /// does.</summary>
    public abstract ValueTask<string?> StartAsync(ChildStart child, RunRequest request);

    /// <summary>How much longer than its own id those of a run's children are; 0 when it has none.</summary>
    public abstract int SuffixMax { get; }

    /// <summary>Whether a state starts children.</summary>
    public abstract bool HasChildren(string? state);

    /// <summary>Whether a state starts one child and no more.</summary>
    public abstract bool HasOneChild(string? state);

    /// <summary>What a run waits for in a state.</summary>
    public abstract RunWait WaitOf(string state, Suspension wait);

    /// <summary>Whether a state waits for a signal of this name.</summary>
    public abstract bool WaitsFor(string signal);

    /// <summary>Why a signal fits no state that waits for one of its name; null when it fits one, or when
    /// none waits for it.</summary>
    /// <param name="signal">Its name.</param>
    /// <param name="payload">What it carries; null for nothing.</param>
    public abstract string? Misfit(string signal, StoredValue? payload);
}

/// <summary>A workflow that an engine knows, run with the engine's store, clock, logger and
/// observers.</summary>
/// <param name="given">As it was added.</param>
/// <param name="bound">As it is run.</param>
internal sealed class EngineWorkflow<TState>(Workflow<TState> given, Workflow<TState> bound)
    : EngineWorkflow(bound.Definition.Name!, bound.Definition.Version, given, bound.Setup.Options.MaxRunning)
    where TState : notnull
{
    public Workflow<TState> Bound => bound;

    public override Resources InUse =>
        bound.Compiled.Shared.IsInUse ? bound.Compiled.Resources : new Resources();

    public override Retention Retention => bound.Setup.Options.Retention;

    /// <summary>Begins a run; answers as <see cref="TakeUpAsync"/> does.</summary>
    public ValueTask<string?> StartAsync(TState initial, RunRequest request) =>
        ExitOf(request, Runs.StartAsync(bound.Compiled, initial, request, CancellationToken.None));

    public override ValueTask<string?> StartAsync(ChildStart child, RunRequest request) =>
        StartAsync(
            bound.Compiled.StateOf(bound.Compiled.Plan.NumberOf(child.InitialState), child.Data),
            request
        );

    /// <summary>The workflows of the runs that its states start.</summary>
    public IEnumerable<IChildValue> Children =>
        bound
            .Setup.Handlers.Select(handler => handler.Body)
            .OfType<ChildrenBody<TState>>()
            .SelectMany(body => body.Workflows)
            .Cast<IChildValue>();

    public override int SuffixMax { get; } = bound.Setup.SuffixMax;

    public override bool HasChildren(string? state) => ChildrenOf(state) is not null;

    public override bool HasOneChild(string? state) => ChildrenOf(state) is { Join: null };

    private ChildrenDefinition? ChildrenOf(string? state) =>
        state is not null && bound.Compiled.Plan.NumberOf(state) is >= 0 and var number
            ? bound.Compiled.Plan.ChildrenOf(number)
            : null;

    public override ValueTask<string?> TakeUpAsync(RunRequest request) =>
        ExitOf(request, Runs.TakeUpAsync(bound.Compiled, request, CancellationToken.None));

    private async ValueTask<string?> ExitOf(RunRequest request, ValueTask<TState> work)
    {
        var exit = await work.ConfigureAwait(false);
        return request.Result is { Rests: not null } ? null : NameOf(exit);
    }

    public override RunWait WaitOf(string state, Suspension wait) =>
        WaitedFor.In(bound.Compiled.Plan, state, wait);

    public override bool WaitsFor(string signal) => WaitsOf(signal).Any();

    public override string? Misfit(string signal, StoredValue? payload)
    {
        string? first = null;
        foreach (var wait in WaitsOf(signal))
        {
            if (wait.Misfit(payload, bound.Setup.Options.Values) is not { } misfit)
                return null;
            first ??= misfit;
        }

        return first;
    }

    private IEnumerable<SignalBody<TState>> WaitsOf(string signal) =>
        from handler in bound.Setup.Handlers
        let body = (handler.Body as WaitBody<TState>)?.BodyOf(signal)
        where body is not null
        select body;

    /// <summary>The exit that a run came to.</summary>
    /// <exception cref="CanoException">Why it came to none. `workflow`: the workflow has no such state, or
    /// what that carries cannot be read.</exception>
    public TState ExitOf(string runId, EndedRun ended)
    {
        var exit = ended.Exit;
        var number = bound.Compiled.Plan.NumberOf(exit);
        return number >= 0
            ? bound.Compiled.StateOf(number, ended.Carried(bound.Setup.Options.Values))
            : throw new CanoException(
                CanoError.Of(
                    Fault.NewWorkflow(
                        $"run '{runId}' came to exit '{exit}', which this version of workflow '{Name}' does not have: "
                            + "ask with the version that it ended with"
                    )
                )
            );
    }

    /// <summary>Whether a run that begins in a state would have the first row that it has; a snapshot in its
    /// place does not tell.</summary>
    public bool BeganAs(Row first, TState initial) =>
        first.Fact.IsSnapshot
        || first.Data.Bytes is not { } kept
        || (
            bound.Compiled.StartAt(initial).Data.Bytes is { } asked
            && bound.Setup.Options.Values.IsSame(kept, asked)
        );

    public string NameOf(TState state) => bound.Setup.States.NameOf(state);
}
