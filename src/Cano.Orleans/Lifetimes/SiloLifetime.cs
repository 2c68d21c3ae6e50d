using Cano.Orleans.Clocks;
using Cano.Orleans.Hints;
using Cano.Runtime.Errors;
using Orleans;
using Orleans.Runtime;

namespace Cano.Orleans.Lifetimes;

/// <summary>What happens when a silo starts and stops.</summary>
internal sealed class SiloLifetime(ClockCheck clock, HintRouter hints) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle)
    {
        // Before anybody else hears of this silo.
        lifecycle.Subscribe(nameof(ClockCheck), ServiceLifecycleStage.First, CheckAsync);
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

    private async Task CheckAsync(CancellationToken cancel)
    {
        if (await clock.ProblemAsync(cancel).ConfigureAwait(false) is { } problem)
            throw InvalidConfiguration.Of(problem);
    }
}
