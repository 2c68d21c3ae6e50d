using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>Three steps, and a fourth that is refused for good. What undoes them fails at first and is tried
/// again, after a delay that is journaled: most of the run is its rollback.</summary>
internal static class Refund
{
    private const int Steps = 3;

    public static Workflow<string> Make(Simulation simulation)
    {
        var ledger = new CompensationLedger();
        simulation.Invariant(
            "what rows say was done is undone, newest first",
            run =>
                ledger.AssertUndone(
                    run.Rows.Where(row => row.Kind == RowKind.StepCompleted)
                        .Select(row => row.State)
                        .Reverse()
                )
        );
        var workflow = Workflow.Bare<string>().AddExitState("end");
        for (var i = 0; i < Steps; i++)
        {
            var next = i + 1 < Steps ? $"s{i + 1}" : "refused";
            workflow = workflow.RegisterWithCompensation<int>(
                $"s{i}",
                (context, _) =>
                {
                    ledger.Do(context);
                    return new((next, 1));
                },
                async (context, _, cancel) =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), context.TimeProvider, cancel);
                    if (context.Attempt == 1)
                        throw new IOException("not yet");
                    ledger.Undo(context);
                },
                TaskConfig.Minimal,
                undo: TaskConfig.Minimal.WithFixedRetry(3, TimeSpan.FromSeconds(2))
            );
        }

        return workflow.Register(
            "refused",
            (_, _) => throw new InvalidOperationException("refused"),
            TaskConfig.Minimal,
            to: ["end"]
        );
    }
}
