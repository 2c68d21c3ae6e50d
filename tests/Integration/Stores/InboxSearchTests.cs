using Cano.Testing;

namespace Cano.Integration.Stores;

/// <summary>What a run asks of its inbox, however much lies there.</summary>
public sealed class InboxSearchTests
{
    [Fact]
    [Trait("ID", "U1"), Trait("ID", "S5")]
    public async Task A_run_never_reads_its_whole_inbox()
    {
        var store = new Counting(new MemoryCheckpointStore());
        await using var engine = await CanoEngine.OpenAsync(store);
        var paid = new Signal<int>("paid");
        var gate = new TaskCompletionSource();
        var sum = 0;
        var workflow = Workflow
            .Bare<string>()
            .WithName("payments")
            .Register(
                "begin",
                async (_, _) =>
                {
                    await gate.Task;
                    return "wait";
                },
                TaskConfig.Minimal
            )
            .RegisterWait(
                "wait",
                Wait.For<string>()
                    .On(
                        paid,
                        (_, amount, _) => new ValueTask<string>((sum += amount) < 55 ? "wait" : "done"),
                        TaskConfig.Minimal
                    )
            )
            .AddExitState("done");
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, "begin", "payment-1").Soon();
        for (var amount = 1; amount <= 10; amount++)
            await run.SignalAsync(paid, amount).Soon();
        gate.SetResult();
        Assert.Equal("done", await run.Completion().Soon());
        Assert.Equal((0, true), (store.Reads, store.Searches >= 10));
    }

    private sealed class Counting(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
    {
        private int _reads;
        private int _searches;

        public int Reads => _reads;

        public int Searches => _searches;

        public override ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
            string runId,
            CancellationToken cancellationToken = default
        )
        {
            Interlocked.Increment(ref _reads);
            return base.ReadInboxAsync(runId, cancellationToken);
        }

        public override ValueTask<InboxItem?> FindOldestAsync(
            string runId,
            InboxKind kind,
            IReadOnlyCollection<string>? names = null,
            DateTimeOffset? before = null,
            CancellationToken cancellationToken = default
        )
        {
            Interlocked.Increment(ref _searches);
            return base.FindOldestAsync(runId, kind, names, before, cancellationToken);
        }
    }
}
