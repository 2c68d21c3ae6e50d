using Cano.Runtime.Data;
using Cano.Runtime.Runs;

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

    /// <summary>Goes on with a run that is there; answers with the name of its exit.</summary>
    public abstract ValueTask<string> TakeUpAsync(RunRequest request);
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

    public override Retention Retention => bound.Setup.Options.Retention;

    /// <summary>Begins a run; answers with the name of its exit.</summary>
    public async ValueTask<string> StartAsync(TState initial, RunRequest request) =>
        NameOf(
            await Runs.StartAsync(bound.Compiled, initial, request, CancellationToken.None)
                .ConfigureAwait(false)
        );

    public override async ValueTask<string> TakeUpAsync(RunRequest request) =>
        NameOf(await Runs.TakeUpAsync(bound.Compiled, request, CancellationToken.None).ConfigureAwait(false));

    /// <summary>The exit of this name.</summary>
    /// <exception cref="CanoException">`workflow`: the workflow has no such state.</exception>
    public TState ExitOf(string runId, string exit)
    {
        var number = bound.Compiled.Plan.NumberOf(exit);
        return number >= 0
            ? bound.Compiled.StateOf(number)
            : throw new CanoException(
                CanoError.Of(
                    Fault.NewWorkflow(
                        $"run '{runId}' came to exit '{exit}', which this version of workflow '{Name}' does not have: "
                            + "ask with the version that it ended with"
                    )
                )
            );
    }

    public static string NameOf(TState state) => StateNames<TState>.Of(state);
}
