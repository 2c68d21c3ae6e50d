namespace Cano.Integration.Guests;

/// <summary>A source is let go of whatever its clock does.</summary>
public sealed class StreamClockTests
{
    [Fact]
    [Trait("ID", "X5"), Trait("ID", "M13")]
    public async Task A_source_that_still_reads_is_disposed_of_although_the_clock_measures_no_grace()
    {
        var (clock, task) = (new OddClock(), new Hanging());
        using var cancel = new CancellationTokenSource();
        var run = Workflow
            .Bare<Stage>()
            .RegisterStream(Stage.Start, task)
            .AddExitState(Stage.End)
            .WithTimeProvider(clock)
            .OrchestrateAsync(Stage.Start, cancel.Token);
        await task.Gate.Entered;
        clock.IsBroken = true;
        await cancel.CancelAsync();
        await Failures.OfAsync(run.Soon());
        task.Gate.Open();
        await task.Disposed.Task.Soon();
    }

    private sealed class Hanging
        : IStreamTask<Stage, int, int, int>,
            IAsyncEnumerable<int>,
            IAsyncEnumerator<int>
    {
        public Gate Gate { get; } = new();

        public TaskCompletionSource Disposed { get; } = new();

        public int Current => 0;

        public IAsyncEnumerable<int> OpenAsync(
            TaskContext context,
            Cursor<int> cursor,
            CancellationToken cancellationToken
        ) => this;

        public ValueTask<(int Output, int Cursor)> ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken cancellationToken
        ) => new((item, item));

        public ValueTask<WindowOutcome<Stage>> FlushWindowAsync(
            TaskContext context,
            IReadOnlyList<int> outputs,
            CancellationToken cancellationToken
        ) => new(WindowOutcome.Continue);

        public ValueTask<Stage> OnCloseAsync(
            TaskContext context,
            StreamEnd reason,
            CancellationToken cancellationToken
        ) => new(Stage.End);

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
            this;

        public async ValueTask<bool> MoveNextAsync()
        {
            await Gate.HoldAsync();
            return false;
        }

        public ValueTask DisposeAsync()
        {
            Disposed.SetResult();
            return default;
        }
    }
}
