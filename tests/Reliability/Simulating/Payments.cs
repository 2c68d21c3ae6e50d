using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>Payments that leave nothing in doubt: a compensatable step journals the intention first, so that
/// whatever becomes of the payment behind it, it is taken back under a key that is known.</summary>
internal static class Payments
{
    private const int Count = 3;

    public static Workflow<string> Make(Simulation simulation)
    {
        var bank = new CompensationLedger();
        simulation.Invariant(
            "all payments stand, or none",
            run =>
            {
                if (run.IsCompleted)
                    bank.AssertLeft(Enumerable.Range(0, Count).Select(i => $"pay{i}"));
                else
                    bank.AssertZero();
            }
        );
        var workflow = Workflow.Bare<string>().AddExitState("end");
        for (var i = 0; i < Count; i++)
        {
            var payment = i;
            workflow = workflow
                .RegisterWithCompensation<string>(
                    $"intend{payment}",
                    (context, _) => new(($"pay{payment}", $"{context.RunId}/payment/{payment}")),
                    (_, key, _) =>
                    {
                        bank.Undo($"pay{payment}", key);
                        return default;
                    },
                    TaskConfig.Minimal
                )
                .Register(
                    $"pay{payment}",
                    async (context, cancel) =>
                    {
                        await Task.Delay(TimeSpan.FromSeconds(1), context.TimeProvider, cancel);
                        bank.Do(context.State, $"{context.RunId}/payment/{payment}");
                        return payment + 1 < Count ? $"intend{payment + 1}" : "end";
                    },
                    TaskConfig
                        .Minimal.WithFixedRetry(1, TimeSpan.FromSeconds(3))
                        .WithAttemptTimeout(TimeSpan.FromMinutes(1))
                );
        }

        return workflow.WithStopGrace(TimeSpan.FromSeconds(1));
    }
}
