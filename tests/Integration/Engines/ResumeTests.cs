using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>What a resume of an engine takes up, gives and leaves.</summary>
public sealed class ResumeTests
{
    private readonly Trail _trail = new();
    private readonly Dictionary<string, Gate> _gates = [];

    [Fact]
    [Trait("ID", "S13")]
    public async Task What_was_set_aside_is_given_first_and_then_what_ends()
    {
        var disk = new MemoryCheckpointStore();
        await LeftAsync(disk, "order-1", "order-2");
        for (var i = 0; i < 3; i++)
            await disk.ClaimAsync("order-2", "a process that died");
        await using var engine = await CanoEngine.OpenAsync(new DamagingStore(disk, "order-3"));
        engine.Add(Gated());
        GateOf("order-1").Open();
        var ends = await Engines.ResumedAsync(engine).Soon();
        Assert.Equal(
            [RunStatus.Quarantined, RunStatus.Damaged, RunStatus.Completed],
            ends.Select(end => end.Status)
        );
        Assert.Contains("retry this run", ends[0].Error!.Message, StringComparison.Ordinal);
        Assert.Equal("row 3 cannot be read", ends[1].Error!.Message);
        Assert.Equal(["order-1"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "S13")]
    public async Task What_waits_is_armed_before_anything_works_and_is_not_waited_for(string kind)
    {
        using var home = Engines.Home(kind);
        var time = new VirtualTime();
        var options = new CanoEngineOptions { TimeProvider = time };
        await using (var first = await home.OpenAsync(options))
        {
            var workflow = Gated();
            first.Add(workflow);
            await first.StartAsync(workflow, Stage.Start, "order-1").Soon();
            await GateOf("order-1").Entered.Soon();
            time.Advance(TimeSpan.FromSeconds(1));
            await first.StartAsync(workflow, Stage.Work, "order-2").Soon();
            await time.WhenWaitingAsync().Soon();
        }

        _gates.Clear();
        await using var engine = await home.OpenAsync(options);
        var again = Gated();
        engine.Add(again);
        var ends = engine.ResumeAsync(maxConcurrency: 1).GetAsyncEnumerator();
        var next = ends.MoveNextAsync().AsTask();
        await GateOf("order-1").Entered.Soon();
        await time.WhenWaitingAsync().Soon();
        GateOf("order-2").Open();
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Stage.End, await engine.Run(again, "order-2").Completion().Soon());
        Assert.False(next.IsCompleted);
        GateOf("order-1").Open();
        Assert.True(await next.Soon());
        Assert.Equal(("order-1", RunStatus.Completed), (ends.Current.RunId, ends.Current.Status));
        Assert.False(await ends.MoveNextAsync().AsTask().Soon());
        await ends.DisposeAsync();
    }

    [Fact]
    [Trait("ID", "S13")]
    public async Task Leaving_it_early_takes_up_no_more_and_stops_nothing()
    {
        var disk = new MemoryCheckpointStore();
        await LeftAsync(disk, "order-1", "order-2", "order-3", "order-4");
        await using var engine = await CanoEngine.OpenAsync(disk);
        var workflow = Gated();
        engine.Add(workflow);
        GateOf("order-1").Open();
        await foreach (var end in engine.ResumeAsync(maxConcurrency: 1))
        {
            Assert.Equal("order-1", end.RunId);
            await GateOf("order-2").Entered.Soon();
            break;
        }

        var second = engine.Run(workflow, "order-2").Completion();
        GateOf("order-2").Open();
        Assert.Equal(Stage.End, await second.Soon());
        // Whoever is taken up in spite of it comes to its gate here.
        for (var turns = 0; turns < 1000 && !GateOf("order-3").Entered.IsCompleted; turns++)
            await Task.Yield();
        await engine.SuspendAsync().Soon();
        Assert.False(GateOf("order-3").Entered.IsCompleted);
        Assert.Equal(["order-1", "order-2"], _trail.Marks);
        Assert.Equal(2, (await engine.CountAsync())[RunStatus.Suspended]);
    }

    [Fact]
    [Trait("ID", "S13")]
    public async Task A_suspend_ends_it()
    {
        var disk = new MemoryCheckpointStore();
        await LeftAsync(disk, "order-1", "order-2");
        await using var engine = await CanoEngine.OpenAsync(disk);
        engine.Add(Gated());
        var resuming = ResumedAsync(1);
        await GateOf("order-1").Entered.Soon();
        Assert.True((await engine.SuspendAsync().Soon()).Clean);
        var end = Assert.Single(await resuming.Soon());
        Assert.Equal(
            ("order-1", RunStatus.Suspended, "suspended"),
            (end.RunId, end.Status, end.Error?.Category)
        );
        Assert.False(GateOf("order-2").Entered.IsCompleted);

        async Task<List<RunEnd>> ResumedAsync(int maxConcurrency)
        {
            var ends = new List<RunEnd>();
            await foreach (var end in engine.ResumeAsync(maxConcurrency))
                ends.Add(end);
            return ends;
        }
    }

    /// <summary>Leaves runs that nobody works on, one started a second after the other.</summary>
    private async Task LeftAsync(MemoryCheckpointStore disk, params string[] ids)
    {
        var time = new VirtualTime();
        await using (
            var engine = await CanoEngine.OpenAsync(disk, new CanoEngineOptions { TimeProvider = time })
        )
        {
            var workflow = Gated();
            engine.Add(workflow);
            foreach (var id in ids)
            {
                await engine.StartAsync(workflow, Stage.Start, id).Soon();
                await GateOf(id).Entered.Soon();
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        lock (_gates)
            _gates.Clear();
    }

    /// <summary>Waits for the run's gate, or an hour before.</summary>
    private Workflow<Stage> Gated() =>
        Workflow
            .Bare<Stage>()
            .WithName("orders")
            .RegisterTimer(Stage.Work, TimeSpan.FromHours(1), Stage.Start)
            .Register(
                Stage.Start,
                async (context, token) =>
                {
                    await GateOf(context.RunId).PassAsync(token);
                    _trail.Add(context.RunId);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);

    private Gate GateOf(string id)
    {
        lock (_gates)
            return _gates.TryGetValue(id, out var gate) ? gate : _gates[id] = new Gate();
    }
}
