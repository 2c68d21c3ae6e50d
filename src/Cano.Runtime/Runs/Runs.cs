using Cano.Runtime.Cancellation;
using Cano.Runtime.Definitions;
using Cano.Runtime.Loop;
using Cano.Runtime.Provision;
using Cano.Runtime.StoredRuns;

namespace Cano.Runtime.Runs;

/// <summary>Runs of compiled workflows: everything around the loop.</summary>
internal static partial class Runs
{
    private static ValueTask<TState> RunAsync<TState>(
        CompiledWorkflow<TState> workflow,
        in RunBeginning beginning,
        CancellationToken cancel
    )
        where TState : notnull =>
        // One that was cancelled before it began calls no body.
        workflow.Resources.HasPerRun && beginning.Run.Durable is not { Cancel: not null, Entered: < 0 }
            ? OwningAsync(workflow, beginning, cancel)
            : RunAsync(workflow, workflow.Resources, in beginning, cancel);

    private static async ValueTask<TState> OwningAsync<TState>(
        CompiledWorkflow<TState> workflow,
        RunBeginning beginning,
        CancellationToken cancel
    )
        where TState : notnull
    {
        var (all, use) = await SetUpAsync(workflow, beginning, cancel).ConfigureAwait(false);
        try
        {
            return await RunAsync(workflow, all, beginning, cancel).ConfigureAwait(false);
        }
        finally
        {
            await use.TeardownAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What the run alone owns, ready. A run that comes to nothing here has not killed its process:
    /// it is given back.</summary>
    private static async ValueTask<(Resources All, ResourceUse Own)> SetUpAsync<TState>(
        CompiledWorkflow<TState> workflow,
        RunBeginning beginning,
        CancellationToken cancel
    )
        where TState : notnull
    {
        try
        {
            var (all, own) = workflow.Resources.ForRun(beginning.Equipment?.Data, workflow.Options.Values);
            if (
                beginning.Equipment?.Journal is { } journal
                && all.TryGet<MemoryStore>(Resources.StoreKey, out var store)
            )
                journal.Data = store.DurableValues;
            var use = new ResourceUse(own, workflow.Options.Logger);
            using var stop = RunStop.Begin(limit: null, workflow.Options, cancel);
            await use.SetupAsync(stop.OfSetup).ConfigureAwait(false);
            return (all, use);
        }
        catch (Exception) when (beginning.Equipment is { Journal: { } held })
        {
            await held.ReleaseAsync(workflow.Options.Logger).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Counts a run in among those that share resources.</summary>
    private static async ValueTask EnterAsync<TState>(
        CompiledWorkflow<TState> workflow,
        IRunHost? host,
        CancellationToken cancel
    )
        where TState : notnull
    {
        if (!workflow.Shared.IsNeeded)
            return;
        using var stop = RunStop.Begin(limit: null, workflow.Options, cancel);
        var entering = workflow.Shared.EnterAsync(stop.OfSetup);
        if (!entering.IsCompleted)
            host?.StandsStill();
        await entering.ConfigureAwait(false);
    }

    private static ValueTask<TState> RunAsync<TState>(
        CompiledWorkflow<TState> workflow,
        Resources resources,
        in RunBeginning beginning,
        CancellationToken cancel
    )
        where TState : notnull
    {
        var stop = RunStop.Begin(
            workflow.Plan.Definition.TotalTimeout,
            workflow.Options,
            cancel,
            beginning.Equipment?.Control,
            beginning.Equipment?.Since
        );
        return new Interpreter<TState>(workflow, resources, in beginning, stop).RunAsync(beginning.Event);
    }
}
