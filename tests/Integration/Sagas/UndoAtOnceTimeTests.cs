using Cano.Testing;

namespace Cano.Integration.Sagas;

/// <summary>An undo at once has the time that any other compensation has.</summary>
public sealed class UndoAtOnceTimeTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();

    [Theory]
    [Trait("ID", "Y13"), Trait("ID", "G11")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_undo_at_once_that_never_ends_ends_with_its_time(bool isOfRollback)
    {
        var config = isOfRollback ? TaskConfig.Minimal : TaskConfig.Minimal.WithAttemptTimeout(s_second);
        var never = new TaskCompletionSource();
        var undone = new Trail();
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((Stage.Work, 1)),
                (_, _, _) =>
                {
                    undone.Add("Start");
                    return default;
                }
            )
            .RegisterWithCompensation<Unwritable>(
                Stage.Work,
                (_, _) => new((Stage.End, new Unwritable())),
                async (_, _, _) => await never.Task,
                config
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        if (isOfRollback)
            workflow = workflow.WithCompensationTimeout(s_second);
        var start = _time.GetUtcNow();
        var error = await Failures.OfAsync(_time.RunAsync(workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal("compensation_failed", error.Category);
        Assert.Equal(["generic", "timeout"], error.Errors.Take(2).Select(one => one.Category));
        // It was told to stop, and then had the grace.
        Assert.Equal(s_second * 6, _time.GetUtcNow() - start);
        // The time of the rollback has passed with it; that of one attempt is one attempt's.
        Assert.Equal(isOfRollback ? [] : ["Start"], undone.Marks);
    }

    private sealed class Unwritable
    {
        public int Value => throw new FormatException("no JSON");
    }
}
