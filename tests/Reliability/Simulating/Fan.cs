using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>Splits under each strategy, with bulkheads, retries in branches and limits of time.</summary>
internal static class Fan
{
    public static Workflow<string> Make(Simulation simulation)
    {
        var random = simulation.Random;
        var branches = random.Next(1, 7);
        var strategy = random.Next(5) switch
        {
            0 => JoinStrategy.All,
            1 => JoinStrategy.Any,
            2 => JoinStrategy.Quorum(random.Next(1, branches + 1)),
            3 => JoinStrategy.Percentage(0.5),
            _ => JoinStrategy.PartialResults(random.Next(1, branches + 1)),
        };
        var join = JoinConfig.Create(strategy, "join");
        if (random.Next(2) == 0)
            join = join.WithBulkhead(random.Next(1, 4));
        if (random.Next(3) == 0)
            join = join.WithTimeout(TimeSpan.FromSeconds(random.Next(1, 30)));
        if (random.Next(4) == 0)
            join = join.WaitForAll();
        var underWay = 0;
        var heard = 0;
        simulation.Invariant(
            "no branch outlives its split",
            run => run.Error is not null || heard == branches
        );
        return Workflow
            .Bare<string>()
            .RegisterSplit(
                "fan",
                Enumerable.Range(0, branches).Select(branch => Branch(branch, () => underWay++)),
                join
            )
            .Register(
                "join",
                context =>
                {
                    heard = context.SplitResult!.Total;
                    return "end";
                },
                TaskConfig.Minimal
            )
            .AddExitState("end");
    }

    private static ITask<string> Branch(int branch, Action began) =>
        CanoTask.From(
            $"branch{branch}",
            async (context, cancel) =>
            {
                began();
                await Task.Delay(TimeSpan.FromSeconds(branch), context.TimeProvider, cancel);
                return context.Attempt > branch % 3 ? "" : throw new IOException("not yet");
            },
            TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.FromSeconds(1))
        );
}
