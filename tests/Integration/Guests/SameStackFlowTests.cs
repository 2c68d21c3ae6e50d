namespace Cano.Integration.Guests;

/// <summary>A run that comes to its end on its caller's stack leaves nothing there.</summary>
public sealed class SameStackFlowTests
{
    private static readonly AsyncLocal<string?> s_local = new();

    [Theory]
    [Trait("ID", "X5")]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_a_body_sets_stays_with_its_run(bool isSuppressed, bool fails)
    {
        var (seen, turns) = (new List<string?>(), new SynchronizationContext());
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                _ =>
                {
                    (s_local.Value, var before) = ("of the body", SynchronizationContext.Current);
                    SynchronizationContext.SetSynchronizationContext(turns);
                    Assert.Null(before);
                    return Stage.Work;
                },
                TaskConfig.Minimal
            )
            .Register(
                Stage.Work,
                _ =>
                {
                    seen.Add(s_local.Value);
                    return fails ? throw new InvalidOperationException("on purpose") : Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);
        await Task.Run(async () =>
        {
            s_local.Value = "of the caller";
            var run = Begun(workflow, isSuppressed);
            Assert.Equal("of the caller", s_local.Value);
            Assert.Null(SynchronizationContext.Current);
            if (fails)
                await Assert.ThrowsAsync<CanoException>(() => run);
            else
                Assert.Equal(Stage.End, await run);
        });
        Assert.Equal(["of the body"], seen);
    }

    private static Task<Stage> Begun(Workflow<Stage> workflow, bool isSuppressed)
    {
        if (!isSuppressed)
            return workflow.OrchestrateAsync(Stage.Start);
        using (ExecutionContext.SuppressFlow())
            return workflow.OrchestrateAsync(Stage.Start);
    }
}
