using Cano.Runtime.Checkpoints;
using Cano.Runtime.Scope;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Cano.Orleans.Hints;

/// <summary>Carries hints to the silos that nodes are. One that cannot be carried is lost: the store's polls
/// find what it was about.</summary>
/// <param name="store">Says what is to be carried.</param>
/// <param name="grains">Where silos are reached.</param>
/// <param name="map">Which silo a node is.</param>
/// <param name="own">This process's silo; null: it is a client, which is told nothing.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class HintRouter(
    IHintedStore store,
    IGrainFactory grains,
    NodeMap map,
    OwnSilo? own,
    ILogger<HintRouter> logger
) : IHintCarrier
{
    private IDisposable? _carrying;

    /// <summary>Begins to carry.</summary>
    public async Task BeginAsync() => _carrying = await store.CarryByAsync(this).ConfigureAwait(false);

    public void End() => _carrying?.Dispose();

    public Task JoinedAsync(long node) =>
        own is null ? Task.CompletedTask : GuardedAsync(() => map.SayAsync(node, own.Address));

    public void Carry(RunHint hint)
    {
        if (map.Known(hint.Node) is { } silo)
            Send(silo, hint);
        else
            Detached.Run(() =>
                GuardedAsync(async () =>
                {
                    if (await map.FindAsync(hint.Node).ConfigureAwait(false) is { } found)
                        Send(found, hint);
                })
            );
    }

    private void Send(SiloAddress silo, RunHint hint)
    {
        if (own?.IsGone(silo) == true)
            return;
        // One way: the call is over when it is on its way.
        using (Detached.Begin())
            _ = GuardedAsync(() =>
                grains
                    .GetGrain<INodeGrain>(silo.ToParsableString())
                    .HintAsync((byte)hint.Kind, hint.RunId, hint.Node)
                    .AsTask()
            );
    }

    private async Task GuardedAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        // Whatever Orleans or the database throws.
        catch (Exception failed)
        {
            LogLost(logger, failed);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Another node could not be told of a run; it finds out at its next look"
    )]
    private static partial void LogLost(ILogger logger, Exception exception);
}

/// <summary>The silo of this process, and what it knows of others.</summary>
internal sealed class OwnSilo(ILocalSiloDetails silo, ISiloStatusOracle oracle)
{
    public SiloAddress Address => silo.SiloAddress;

    /// <summary>A silo that is known to be no more is told nothing.</summary>
    public bool IsGone(SiloAddress other) => oracle.IsDeadSilo(other);
}
