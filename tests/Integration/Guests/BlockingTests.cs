namespace Cano.Integration.Guests;

/// <summary>Bodies that block their thread hold up no others that may run beside them.</summary>
public sealed class BlockingTests
{
    private const int Count = 8;

    [Fact]
    [Trait("ID", "X5")]
    public async Task Eight_items_of_a_batch_that_block_are_under_way_at_once()
    {
        using var meeting = new Meeting(Count);
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, new Batch(meeting))
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await Task.Run(() => workflow.OrchestrateAsync(Stage.Start)).Soon());
        Assert.True(meeting.HasMet);
    }

    [Fact]
    [Trait("ID", "X5")]
    public async Task Eight_resumed_runs_that_block_are_under_way_at_once()
    {
        using var meeting = new Meeting(Count);
        var store = new MemoryCheckpointStore();
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => meeting.Attend(Stage.End), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithName("flow")
            .WithCheckpointStore(store);
        for (var run = 0; run < Count; run++)
            await Interrupted.AtStartAsync(workflow, $"run-{run}");
        var outcomes = await Task.Run(() => workflow.ResumeAllAsync(Count)).Soon();
        Assert.Equal(Count, outcomes.Count);
        Assert.True(meeting.HasMet);
    }

    private sealed class Batch(Meeting meeting) : IBatchTask<Stage, int, Stage>
    {
        public int Concurrency => Count;

        public ValueTask<IReadOnlyList<int>> LoadAsync(
            TaskContext context,
            CancellationToken cancellationToken
        ) => new([.. Enumerable.Range(0, Count)]);

        public ValueTask<Stage> ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken cancellationToken
        ) => new(meeting.Attend(Stage.End));

        public ValueTask<Stage> FinishAsync(
            TaskContext context,
            IReadOnlyList<ItemResult<Stage>> results,
            CancellationToken cancellationToken
        ) => new(Stage.End);
    }

    /// <summary>Whoever comes waits, blocking, until all are there; those who wait in vain go.</summary>
    private sealed class Meeting(int count) : IDisposable
    {
        private readonly CountdownEvent _missing = new(count);

        public bool HasMet => _missing.IsSet;

        public T Attend<T>(T answer)
        {
            if (!_missing.IsSet)
                _missing.Signal();
            _missing.Wait(TimeSpan.FromSeconds(20));
            return answer;
        }

        public void Dispose() => _missing.Dispose();
    }
}
