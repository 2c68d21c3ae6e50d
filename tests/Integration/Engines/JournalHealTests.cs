using Cano.FaultyDisks;
using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>A journal whose disk was full is opened again by the engine, and its runs go on.</summary>
public sealed class JournalHealTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    [Trait("ID", "S17")]
    public async Task A_run_that_was_under_way_goes_on()
    {
        var (time, disk) = (new VirtualTime(), new FaultDisk());
        await using var engine = await OpenAsync(time, disk);
        var (trail, gate) = (new Trail(), new Gate());
        var workflow = Engines.Saga(trail, gate);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await gate.Entered.Soon();
        Fill(disk);
        gate.Open();
        // Who waits waits on, whenever he has begun.
        var completion = run.Completion();
        await time.WhenWaitingAsync().Soon();
        disk.Mend();
        await ComesAsync(completion, time);
        Assert.Equal(Stage.End, await completion);
        Assert.Null((await run.DescribeAsync()).Held);
        // What was completed stands; the body whose answer could not be written has run again.
        Assert.Equal(["pay", "ship", "ship"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "S17")]
    public async Task What_is_started_meanwhile_is_told_so_and_what_is_started_afterwards_runs()
    {
        var (time, disk) = (new VirtualTime(), new FaultDisk());
        await using var engine = await OpenAsync(time, disk);
        var (trail, gate) = (new Trail(), new Gate());
        var workflow = Engines.Saga(trail, gate);
        engine.Add(workflow);
        gate.Open();
        Fill(disk);
        Assert.Equal(
            "checkpoint_store",
            (await Failures.OfAsync(engine.StartAsync(workflow, Stage.Start, "order-1").Soon())).Category
        );
        disk.Mend();
        await ComesAsync(StartedAsync(engine, workflow, "order-2"), time);
        Assert.Contains("ship", trail.Marks);
    }

    /// <summary>Tried until the journal takes it.</summary>
    private static async Task StartedAsync(CanoEngine engine, Workflow<Stage> workflow, string id)
    {
        while (true)
        {
            try
            {
                await (await engine.StartAsync(workflow, Stage.Start, id)).Completion();
                return;
            }
            catch (CanoException stopped) when (stopped.Error.Category == "checkpoint_store")
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            }
        }
    }

    private static Task<CanoEngine> OpenAsync(VirtualTime time, FaultDisk disk) =>
        CanoEngine.OpenAsync(
            "/journal",
            new CanoEngineOptions
            {
                TimeProvider = time,
                Journal = new FasterCheckpointOptions { Disk = disk },
            }
        );

    private static void Fill(FaultDisk disk) =>
        disk.Add(new DiskFault(DiskFaultKind.NoSpace) { IsLasting = true });

    /// <summary>Within a minute of its clock. What is at work meanwhile has real time for it.</summary>
    private static async Task ComesAsync(Task end, VirtualTime time)
    {
        for (var seconds = 0; seconds < 60 && !end.IsCompleted; seconds++)
        {
            time.Advance(s_second);
            await Task.WhenAny(end, Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System));
        }

        Assert.True(end.IsCompleted, "It does not come within a minute.");
        await end;
    }
}
