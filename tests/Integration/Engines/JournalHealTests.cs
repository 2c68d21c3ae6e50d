using Cano.FaultyDisks;
using Cano.Testing;

namespace Cano.Integration.Engines;

public sealed class JournalHealTests
{
    [Fact]
    [Trait("ID", "S17")]
    public async Task A_journal_whose_disk_was_full_is_opened_again_by_the_engine_and_its_runs_go_on()
    {
        var time = new VirtualTime();
        var disk = new FaultDisk();
        await using var engine = await CanoEngine.OpenAsync(
            "/journal",
            new CanoEngineOptions
            {
                TimeProvider = time,
                Journal = new FasterCheckpointOptions { Disk = disk },
            }
        );
        var (trail, gate) = (new Trail(), new Gate());
        var workflow = Engines.Saga(trail, gate);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await gate.Entered.Soon();
        disk.Add(new DiskFault(DiskFaultKind.NoSpace) { IsLasting = true });
        gate.Open();
        // Who waits waits on, whenever he has begun.
        var completion = run.Completion();
        await time.WhenWaitingAsync().Soon();
        Assert.Equal(
            "checkpoint_store",
            (await Failures.OfAsync(engine.StartAsync(workflow, Stage.Start, "order-2").Soon())).Category
        );
        disk.Mend();
        // Two runs wait to be taken up: the one under way, and the start that was in doubt. While one of them
        // waits the other may be at work, whatever the clock says.
        for (var seconds = 0; seconds < 3_000 && !completion.IsCompleted; seconds++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(completion, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System));
        }

        Assert.Equal(Stage.End, await completion.Soon());
        Assert.Null((await run.DescribeAsync()).Held);
        // What was completed stands; the body whose answer could not be written has run again.
        Assert.Equal(["pay", "ship", "ship"], trail.Marks);
    }
}
