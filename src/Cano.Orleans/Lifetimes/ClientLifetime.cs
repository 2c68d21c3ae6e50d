using Cano.Orleans.Hints;
using Orleans;

namespace Cano.Orleans.Lifetimes;

/// <summary>What happens when a client connects and leaves.</summary>
internal sealed class ClientLifetime(HintRouter hints) : ILifecycleParticipant<IClusterClientLifecycle>
{
    public void Participate(IClusterClientLifecycle lifecycle) =>
        lifecycle.Subscribe(
            nameof(HintRouter),
            ServiceLifecycleStage.Active,
            _ => hints.BeginAsync(),
            _ =>
            {
                hints.End();
                return Task.CompletedTask;
            }
        );
}
