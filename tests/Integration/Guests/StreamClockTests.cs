using Cano.Integration.Steps.Streams;

namespace Cano.Integration.Guests;

/// <summary>A source is let go of whatever its clock does.</summary>
public sealed class StreamClockTests
{
    [Fact]
    [Trait("ID", "X5"), Trait("ID", "M13")]
    public async Task A_source_that_still_reads_is_disposed_of_although_the_clock_measures_no_grace()
    {
        var (clock, gate, trail) = (new OddClock(), new Gate(), new Trail());
        using var cancel = new CancellationTokenSource();
        var run = Streaming
            .In(new Reading(1, trail) { Before = (_, _) => gate.HoldAsync() })
            .WithTimeProvider(clock)
            .OrchestrateAsync(Stage.Start, cancel.Token);
        await gate.Entered;
        clock.IsBroken = true;
        await cancel.CancelAsync();
        await Failures.OfAsync(run.Soon());
        Assert.Equal(0, trail.CountOf("disposed"));
        gate.Open();
        await Scheduling.Flows.UntilAsync(() => trail.CountOf("disposed") > 0);
    }
}
