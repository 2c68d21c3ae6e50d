using Cano.Testing;

namespace Cano.Integration.Steps.Streams;

/// <summary>A source that never lets go.</summary>
public sealed class StuckSourceTests
{
    [Fact]
    [Trait("ID", "X5"), Trait("ID", "M13")]
    public async Task A_source_whose_disposal_never_ends_holds_no_run_that_is_to_stop()
    {
        var (time, logger, trail) = (new VirtualTime(), new KeepingLogger(), new Trail());
        var stream = new Reading(9, trail)
        {
            Flushing = (_, _, _) => Task.FromResult(WindowOutcome.Stop(Stage.Stop)),
            Disposing = () => new TaskCompletionSource().Task,
        };
        var workflow = Streaming
            .In(stream)
            .WithTimeProvider(time)
            .WithLogger(logger)
            .WithTotalTimeout(TimeSpan.FromMinutes(1));
        var error = await Failures.OfAsync(
            time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start)).Soon()
        );
        Assert.Equal("workflow_timeout", error.Category);
        Assert.Contains(
            "was told to stop and still ran after 00:00:05",
            Assert.Single(logger.Warnings),
            StringComparison.Ordinal
        );
    }
}
