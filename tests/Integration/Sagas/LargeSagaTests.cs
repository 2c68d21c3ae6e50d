using Cano.Testing;

namespace Cano.Integration.Sagas;

/// <summary>A saga is undone however much its steps gave, and however large or deep the error is that failed
/// it.</summary>
public sealed class LargeSagaTests : LargeRuns
{
    [Fact]
    [Trait("ID", "F44")]
    public async Task A_saga_of_140_steps_with_receipts_of_600_KiB_that_then_fails_is_undone_newest_first()
    {
        const int steps = 140;
        var workflow = Workflow.Bare<string>();
        for (var i = 0; i < steps; i++)
            workflow = Step(workflow, $"s{i}", i + 1 < steps ? $"s{i + 1}" : "fail", 600 << 10);

        var error = await Failures.OfAsync(Failing(workflow, "broken").OrchestrateAsync("s0", "run"));

        Assert.Equal("task_execution", error.Category);
        Assert.Equal(Enumerable.Range(0, steps).Reverse().Select(i => $"undo s{i}"), Undone);
        Assert.Empty(await Store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "F44")]
    public async Task A_receipt_of_65_MiB_fails_its_step_which_is_undone_at_once()
    {
        var workflow = Step(Step(Workflow.Bare<string>(), "pay", "ship", 10), "ship", "fail", 65 * Mebibyte);

        var error = await Failures.OfAsync(Failing(workflow, "broken").OrchestrateAsync("pay", "run"));

        Assert.Equal(("generic", "ship"), (error.Category, error.State));
        Assert.Contains("a journal takes 67108864", error.Message, StringComparison.Ordinal);
        Assert.Equal(["undo ship", "undo pay"], Undone);
        Assert.Empty(await Store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "F44")]
    public async Task An_error_with_a_message_of_70_MiB_rolls_back_as_any_other()
    {
        var workflow = Step(Workflow.Bare<string>(), "pay", "fail", 10);

        var error = await Failures.OfAsync(
            Failing(workflow, new string('x', 70 * Mebibyte)).OrchestrateAsync("pay", "run")
        );

        Assert.Equal("task_execution", error.Category);
        Assert.Equal(["undo pay"], Undone);
        Assert.Empty(await Store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "F44")]
    public async Task The_outputs_of_140_steps_that_nothing_can_undo_any_more_make_the_last_row_no_larger_than_a_row_may_be()
    {
        const int steps = 140;
        var workflow = Workflow.Bare<string>();
        for (var i = 0; i < steps; i++)
            workflow = Step(workflow, $"s{i}", i + 1 < steps ? $"s{i + 1}" : "fail", 600 << 10);
        var dying = new CrashingCheckpointStore(Store, (2 * steps) + 2, CrashPoint.AfterAppend);
        await Failures.OfAsync(
            Failing(workflow, "broken").WithCheckpointStore(dying).OrchestrateAsync("s0", "run")
        );

        var error = await Failures.OfAsync(Failing(Workflow.Bare<string>(), "broken").ResumeFromAsync("run"));

        Assert.Equal("compensation_failed", error.Category);
        Assert.Equal(steps + 1, error.Errors.Count);
        Assert.Equal(RowKind.RollbackFinished, (await Store.LoadRunAsync("run"))[^1].Kind);
    }

    [Theory]
    [Trait("ID", "F47")]
    [InlineData(100)]
    [InlineData(257)]
    [InlineData(100_000)]
    public async Task An_error_nested_deep_as_the_cause_of_a_rollback_that_died_is_read_again_and_undone(
        int depth
    )
    {
        var deep = Enumerable
            .Range(0, depth)
            .Aggregate(
                CanoError.Generic("deep down"),
                (inner, _) => CanoError.Of(Fault.NewRetryExhausted(2, inner))
            );
        var workflow = Step(Workflow.Bare<string>(), "pay", "fail", 10)
            .Register("fail", _ => throw new CanoException(deep), TaskConfig.Minimal)
            .AddExitState("done");
        var dying = new CrashingCheckpointStore(Store, 4, CrashPoint.AfterAppend);
        await Failures.OfAsync(workflow.WithCheckpointStore(dying).OrchestrateAsync("pay", "run"));
        Assert.Equal(RowKind.RollbackStarted, (await Store.LoadRunAsync("run"))[^1].Kind);

        var error = await Failures.OfAsync(workflow.WithCheckpointStore(Store).ResumeFromAsync("run"));

        Assert.Equal("deep down", error.Message);
        Assert.Equal(["undo pay"], Undone);
        Assert.Empty(await Store.LoadRunAsync("run"));
    }

    private Workflow<string> Failing(Workflow<string> workflow, string message) =>
        workflow
            .Register("fail", _ => throw new IOException(message), TaskConfig.Minimal)
            .AddExitState("done")
            .WithCheckpointStore(Store);
}
