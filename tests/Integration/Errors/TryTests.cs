using LanguageExt;

namespace Cano.Integration.Errors;

public sealed class TryTests
{
    [Fact]
    public async Task A_run_that_ends_well_answers_with_its_exit_on_the_right()
    {
        var answer = await new Trail().Through(Stage.Start, Stage.End).TryOrchestrateAsync(Stage.Start);
        Assert.Equal(Stage.End, Exit(answer));
    }

    [Fact]
    [Trait("ID", "C6")]
    public async Task A_run_that_fails_answers_with_its_error_on_the_left()
    {
        var workflow = Failing(TaskConfig.Minimal);
        var thrown = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(thrown, Error(await workflow.TryOrchestrateAsync(Stage.Start)));
        Assert.Equal(thrown, Error(await workflow.TryOrchestrateAsync(Stage.Start, "run")));
    }

    [Fact]
    [Trait("ID", "B7")]
    public async Task A_wrong_initial_state_is_an_error_on_the_left()
    {
        var answer = await new Trail().Through(Stage.Start, Stage.End).TryOrchestrateAsync(Stage.Lost);
        Assert.Equal("configuration", Error(answer).Category);
    }

    [Fact]
    [Trait("ID", "I3")]
    public async Task A_cancelled_run_answers_with_category_cancelled_on_the_left()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var answer = await new Trail()
            .Through(Stage.Start, Stage.End)
            .TryOrchestrateAsync(Stage.Start, cancel.Token);
        Assert.Equal("cancelled", Error(answer).Category);
    }

    [Fact]
    [Trait("ID", "F3")]
    public async Task A_resume_answers_on_either_side()
    {
        var store = new MemoryCheckpointStore();
        var failing = Failing(TaskConfig.Minimal).WithCheckpointStore(store);
        Assert.Equal("checkpoint_store", Error(await failing.TryResumeFromAsync("run")).Category);
        await failing.TryOrchestrateAsync(Stage.Start, "run");
        var mended = failing.Register(Stage.Start, _ => Stage.End);
        Assert.Equal(Stage.End, Exit(await mended.TryResumeFromAsync("run")));
    }

    [Fact]
    public async Task A_bad_argument_is_thrown_and_is_no_answer()
    {
        var workflow = Workflow.Bare<string>().Register("a", _ => "b").AddExitState("b");
        await Assert.ThrowsAsync<ArgumentNullException>(() => workflow.TryOrchestrateAsync(null!));
        await Assert.ThrowsAsync<ArgumentException>(() => workflow.TryOrchestrateAsync("a", ""));
    }

    private static Workflow<Stage> Failing(TaskConfig config) =>
        Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => throw new IOException("disk"), config)
            .AddExitState(Stage.End);

    private static Stage Exit(Either<CanoError, Stage> answer) =>
        answer.Match(exit => exit, error => throw new CanoException(error));

    private static CanoError Error(Either<CanoError, Stage> answer) =>
        answer.Match(exit => throw new InvalidOperationException($"It ended at {exit}."), error => error);
}
