using Cano.Testing;

namespace Cano.Integration.Timeouts;

/// <summary>The total timeout passes while no task runs.</summary>
public sealed class TimeoutAtRowTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "H1"), Trait("ID", "D12")]
    public async Task The_limit_may_pass_while_a_row_is_written_and_the_task_does_not_run()
    {
        var trail = new Trail();
        var store = new KeepingStore();
        store.Appending = row => _time.Advance(row.State == "Work" ? s_limit : TimeSpan.Zero);
        var workflow = trail
            .Through(Stage.Start, Stage.Work, Stage.End)
            .WithCheckpointStore(store)
            .WithTimeProvider(_time)
            .WithTotalTimeout(s_limit);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("workflow_timeout", error.Category);
        Assert.Equal(["Start"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "H4")]
    public async Task An_exit_that_is_reached_counts_although_the_limit_passes_while_its_row_is_written()
    {
        var store = new KeepingStore();
        store.Appending = row => _time.Advance(row.Kind == RowKind.Finished ? s_limit : TimeSpan.Zero);
        var workflow = new Trail()
            .Through(Stage.Start, Stage.End)
            .WithCheckpointStore(store)
            .WithTimeProvider(_time)
            .WithTotalTimeout(s_limit);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Empty(await store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "H4")]
    public async Task A_run_that_starts_at_an_exit_needs_no_time() =>
        Assert.Equal(
            Stage.End,
            await new Trail()
                .Through(Stage.Start, Stage.End)
                .WithTotalTimeout(TimeSpan.Zero)
                .OrchestrateAsync(Stage.End)
        );
}
