using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>Five compensatable steps with retries, some slow, now and then under a total timeout; one may be
/// refused for good.</summary>
internal static class Saga
{
    private const int Steps = 5;

    public static Workflow<string> Make(Simulation simulation)
    {
        var ledger = new CompensationLedger();
        var refused = simulation.Random.Next(2 * Steps);
        simulation.Invariant(
            "what rows say was done stands, or was undone newest first",
            run => Check(run, ledger)
        );
        var workflow = Workflow.Bare<string>().AddExitState("end");
        for (var i = 0; i < Steps; i++)
        {
            var step = i;
            workflow = workflow.RegisterWithCompensation<int>(
                $"s{step}",
                async (context, cancel) =>
                {
                    if (step == refused)
                        throw new InvalidOperationException("refused");
                    if (step % 2 == 1)
                        await Task.Delay(TimeSpan.FromSeconds(2), context.TimeProvider, cancel);
                    ledger.Do(context);
                    return (step + 1 < Steps ? $"s{step + 1}" : "end", step);
                },
                (context, _, _) =>
                {
                    ledger.Undo(context);
                    return default;
                },
                TaskConfig.Minimal.WithFixedRetry(step % 3, TimeSpan.FromSeconds(step))
            );
        }

        // Rollbacks have all the time they need: one that runs out of it leaves steps standing, and says so.
        return simulation.Random.Next(3) > 0
            ? workflow
            : workflow
                .WithTotalTimeout(TimeSpan.FromMinutes(2))
                .WithCompensationTimeout(TimeSpan.FromDays(9));
    }

    private static void Check(SimulatedRun run, CompensationLedger ledger)
    {
        string[] completed =
        [
            .. run.Rows.Where(row => row.Kind == RowKind.StepCompleted).Select(row => row.State),
        ];
        if (run.IsCompleted)
        {
            ledger.AssertLeft(completed);
            return;
        }

        ledger.AssertUndone(completed.Reverse());
        // A crash behind an effect and before its row leaves it in doubt; a step that does not run again
        // cannot settle it.
        if (ledger.Left.Count > 1)
            throw new InvalidOperationException($"{ledger.Left.Count} effects stand");
    }
}
