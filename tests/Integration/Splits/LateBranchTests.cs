using Cano.Testing;

namespace Cano.Integration.Splits;

/// <summary>Branches that do not stop when the join is decided.</summary>
public sealed class LateBranchTests
{
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "Y1")]
    public async Task A_branch_that_answers_after_the_verdict_counts_as_cancelled()
    {
        var gate = new Gate();
        SplitResult? result = null;
        var stubborn = CanoTask.From<Stage>(
            "stubborn",
            async (_, token) =>
            {
                token.Register(gate.Open);
                await gate.HoldAsync();
                return Stage.End;
            },
            TaskConfig.Minimal
        );
        await Branches
            .Split(
                Branches.Joining(JoinStrategy.Any),
                seen => result = seen,
                stubborn,
                Branches.Succeeding("a")
            )
            .OrchestrateAsync(Stage.Start);
        Assert.Equal((1, 0, 1), (result!.Successes.Count, result.Errors.Count, result.Cancelled.Count));
    }

    [Fact]
    [Trait("ID", "Y1"), Trait("ID", "Y22")]
    public async Task A_branch_is_awaited_after_the_verdict_and_abandoned_after_the_grace()
    {
        var gate = new Gate();
        var time = new VirtualTime();
        var logger = new KeepingLogger();
        var stubborn = CanoTask.From<Stage>("stubborn", async (_, _) => await Held(gate), TaskConfig.Minimal);
        var run = Branches
            .Split(
                Branches.Joining(JoinStrategy.Any),
                _ => _trail.Add("joined"),
                stubborn,
                Branches.Succeeding("a")
            )
            .WithTimeProvider(time)
            .WithLogger(logger)
            .OrchestrateAsync(Stage.Start, "run");
        await time.WhenWaitingAsync();
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(_trail.Marks);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Stage.End, await run);
        Assert.Matches("run/[a-z2-7]{13}/0/b0", Assert.Single(logger.Warnings));
        gate.Open();
    }

    private static async ValueTask<Stage> Held(Gate gate)
    {
        await gate.HoldAsync();
        return Stage.End;
    }
}
