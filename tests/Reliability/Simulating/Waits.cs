using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>A journaled wait of an hour, a poll of a world that is ready some day, a task with long retries:
/// all that passes time, under a total timeout now and then.</summary>
internal static class Waits
{
    public static Workflow<string> Make(Simulation simulation)
    {
        var readyAt = simulation.Time.GetUtcNow() + TimeSpan.FromMinutes(simulation.Random.Next(1, 200));
        DateTimeOffset? polled = null;
        simulation.Invariant(
            "nobody went on before the world was ready",
            run => polled is null || polled >= readyAt
        );
        var workflow = Workflow
            .Bare<string>()
            .RegisterTimer("rest", TimeSpan.FromHours(1), "poll")
            .RegisterPoll(
                "poll",
                (context, _) =>
                {
                    if (context.TimeProvider.GetUtcNow() < readyAt)
                        return new(PollOutcome.Pending(TimeSpan.FromMinutes(5)));
                    polled = context.TimeProvider.GetUtcNow();
                    return new(PollOutcome.Ready("batch"));
                },
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromMinutes(1))
            )
            .Register("batch", new Batch())
            .AddExitState("end");
        return simulation.Random.Next(3) == 0 ? workflow.WithTotalTimeout(TimeSpan.FromHours(3)) : workflow;
    }

    private sealed class Batch : IBatchTask<string, int, int>
    {
        public int Concurrency => 3;

        public RetryMode ItemRetry => RetryMode.Exponential(2);

        public TaskConfig Config => TaskConfig.Default;

        public ValueTask<IReadOnlyList<int>> LoadAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new([1, 2, 3, 4, 5]);

        public async ValueTask<int> ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken cancellationToken
        )
        {
            await Task.Delay(TimeSpan.FromSeconds(item), context.TimeProvider, cancellationToken);
            return item % 4 == 0 ? throw new IOException("never") : item;
        }

        public ValueTask<string> FinishAsync(
            TaskContext context,
            IReadOnlyList<ItemResult<int>> results,
            CancellationToken cancellationToken
        ) =>
            new(
                results.Count(result => result.IsSuccess) == 4
                    ? "end"
                    : throw new InvalidOperationException("lost items")
            );
    }
}
