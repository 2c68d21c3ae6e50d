using Cano.CSharp.Engine;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.StoredRuns;
using static System.FormattableString;

namespace Cano;

// How well it is, for who hosts it.
public sealed partial class CanoEngine
{
    /// <summary>What is claimed to see whether the store takes it. No run can have this id, and no flow's
    /// watermark: a flow has a name.</summary>
    private static readonly string s_probe = OccurrenceId.Watermark("");

    /// <summary>Whether runs live as long as the process.</summary>
    internal bool IsInMemory => _isInMemory;

    /// <summary>How many runs it holds.</summary>
    internal int HeldCount => _runs.HeldCount;

    /// <summary>Writes to the store, which is opened again first where a failure has closed it, and leaves
    /// nothing there.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: it takes nothing.</exception>
    internal async Task ProbeAsync(CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        await _runs.Store.HealAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        await StoreCall
            .AskAsync("write to the journal", () => ClaimedAsync(_runs.Store.Now))
            .AsTask()
            .WaitAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The health of what runs share and is set up now: "orders/bank" of a workflow and a key,
    /// "orders 2/bank" of its version 2.</summary>
    internal async Task<IReadOnlyDictionary<string, ResourceHealth>> CheckResourcesAsync(
        CancellationToken cancellationToken
    )
    {
        var all = new Dictionary<string, ResourceHealth>();
        foreach (var workflow in _runs.Workflows.All)
        foreach (
            var (key, health) in await workflow
                .InUse.CheckAllHealthAsync(cancellationToken)
                .ConfigureAwait(false)
        )
            all[$"{Label(workflow)}/{key}"] = health;
        return all;
    }

    private static string Label(EngineWorkflow workflow) =>
        workflow.Version == 0 ? workflow.Name : Invariant($"{workflow.Name} {workflow.Version}");

    // Whoever waits no longer leaves no claim.
    private static async ValueTask<bool> ClaimedAsync(ICheckpointStore store)
    {
        await store.ClaimAsync(s_probe, "health").ConfigureAwait(false);
        await store.ClearAsync(s_probe).ConfigureAwait(false);
        return true;
    }
}
