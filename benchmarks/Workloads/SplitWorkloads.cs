using Cano.Benchmarks.Quick;

namespace Cano.Benchmarks.Workloads;

/// <summary>Fan-out over trivial branches that must all succeed.</summary>
public static class SplitWorkloads
{
    public static (string, Func<Workload>)[] All =>
        [
            .. new[] { 10, 100, 1000 }.SelectMany<int, (string, Func<Workload>)>(n =>
                [($"split{n}", () => Split(n)), ($"floor_split{n}", () => Floor(n))]
            ),
        ];

    private static Workload Split(int branches)
    {
        var tasks = Enumerable
            .Range(0, branches)
            .Select(i => CanoTask.From($"branch{i}", (_, _) => new ValueTask<int>(1), TaskConfig.Minimal));
        var workflow = Workflow
            .Bare<int>()
            .RegisterSplit(0, tasks, JoinConfig.Create(JoinStrategy.All, 1))
            .AddExitState(1);
        return new Workload($"split{branches}", "split", 1, () => workflow.OrchestrateAsync(0));
    }

    private static Workload Floor(int branches) =>
        new(
            $"floor_split{branches}",
            "split",
            1,
            () =>
            {
                var tasks = new Task<int>[branches];
                for (var i = 0; i < branches; i++) tasks[i] = Task.Run(() => 1);
                return Task.WhenAll(tasks);
            }
        );
}
