namespace Cano.Integration.Engines;

/// <summary>Runs that a person must look at.</summary>
public sealed class AttentionTests
{
    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "S10")]
    public async Task A_retry_of_a_run_that_was_set_aside_takes_its_tries_back(string kind)
    {
        using var home = Engines.Home(kind);
        await using (var first = await home.OpenAsync())
        {
            var gate = new Gate();
            var begun = Engines.Saga(_trail, gate);
            first.Add(begun);
            await first.StartAsync(begun, Stage.Start, "order-1").Soon();
            await gate.Entered.Soon();
        }

        await home.ClaimedAsync("order-1", 3);
        await using var engine = await home.OpenAsync();
        var workflow = Engines.Saga(_trail, _gate);
        var run = engine.Add(workflow).Run(workflow, "order-1");
        Assert.Equal(RunStatus.Quarantined, (await run.DescribeAsync()).Status);
        Assert.Equal("order-1", Assert.Single(await NeedingAsync(engine)));
        await engine.RetryAsync("order-1").Soon();
        await _gate.Entered.Soon();
        var info = await run.DescribeAsync();
        // Where nodes share a store only deaths are tries.
        var tries = kind == "on a journal" ? 1 : 0;
        Assert.Equal((RunStatus.Running, tries), (info.Status, info.Tries));
        Assert.Empty(await NeedingAsync(engine));
        _gate.Open();
        Assert.Equal(Stage.End, await run.Completion().Soon());
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "S10"), Trait("ID", "T8")]
    public async Task Who_asks_for_a_run_that_was_set_aside_gets_it_and_leaves_it_there(string kind)
    {
        using var home = Engines.Home(kind);
        await using (var first = await home.OpenAsync())
        {
            var gate = new Gate();
            var begun = Engines.Saga(_trail, gate);
            first.Add(begun);
            await first.StartAsync(begun, Stage.Start, "order-1").Soon();
            await gate.Entered.Soon();
        }

        await home.ClaimedAsync("order-1", 3);
        await using var engine = await home.OpenAsync();
        var workflow = Engines.Saga(_trail, _gate);
        engine.Add(workflow);
        var run = await engine.GetOrStartAsync(workflow, Stage.Start, "order-1").Soon();
        Assert.Equal(RunStatus.Quarantined, (await run.DescribeAsync()).Status);
        Assert.Equal(3, (await run.DescribeAsync()).Tries);
        _gate.Open();
        await engine.RetryAsync("order-1").Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
    }

    [Fact]
    [Trait("ID", "S10")]
    public async Task What_needs_attention_is_every_run_that_a_person_must_look_at_and_no_other()
    {
        var disk = new MemoryCheckpointStore();
        await using (var first = await CanoEngine.OpenAsync(disk))
        {
            var (gone, kept) = (Plain("gone"), Plain("kept"));
            first.Add(gone).Add(kept);
            await first.StartAsync(gone, Stage.Work, "held").Soon();
            await first.StartAsync(kept, Stage.Work, "quarantined").Soon();
            await first.StartAsync(kept, Stage.Work, "suspended").Soon();
        }

        for (var i = 0; i < 3; i++)
            await disk.ClaimAsync("quarantined", "a process that died");
        await using var engine = await CanoEngine.OpenAsync(new DamagingStore(disk, "damaged"));
        var (plain, saga) = (Plain("kept"), Broken());
        engine.Add(plain).Add(saga);
        await foreach (var end in engine.ResumeAsync())
            if (end.RunId == "held")
                break;
        await EndedAsync(engine.StartAsync(plain, Stage.Start, "failed"));
        await EndedAsync(engine.StartAsync(saga, Stage.Start, "not undone"));
        _gate.Open();
        await EndedAsync(engine.StartAsync(saga, Stage.Start, "undone"));
        await EndedAsync(engine.StartAsync(plain, Stage.Work, "completed"));
        Assert.Equal(
            ["damaged", "failed", "held", "not undone", "quarantined"],
            (await NeedingAsync(engine)).Order(StringComparer.Ordinal)
        );
        Assert.Equal(5, (await engine.CountAsync(RunQuery.NeedsAttention)).Values.Sum());
        var errors = (await StartTests.ListAsync(engine, RunQuery.All))
            .Where(run => run.RunId is "completed" or "failed" or "not undone" or "undone")
            .OrderBy(run => run.RunId, StringComparer.Ordinal)
            .Select(run => run.Error?.Category);
        Assert.Equal([null, "retry_exhausted", "compensation_failed", "retry_exhausted"], errors);

        static async Task EndedAsync(Task<WorkflowRun<Stage>> starting) =>
            await Task.WhenAny((await starting.Soon()).Completion()).Soon();
    }

    private static async Task<List<string>> NeedingAsync(CanoEngine engine) =>
        [.. (await StartTests.ListAsync(engine, RunQuery.NeedsAttention)).Select(run => run.RunId)];

    /// <summary>Fails at its start, and waits for the gate at work.</summary>
    private Workflow<Stage> Plain(string name) =>
        Workflow
            .Bare<Stage>()
            .WithName(name)
            .Register(
                Stage.Start,
                (Func<TaskContext, Stage>)(_ => throw new InvalidOperationException("no stock"))
            )
            .Register(
                Stage.Work,
                async (_, token) =>
                {
                    await _gate.PassAsync(token);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);

    /// <summary>Fails behind what can be undone once the gate is open.</summary>
    private Workflow<Stage> Broken() =>
        Workflow
            .Bare<Stage>()
            .WithName("broken")
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((Stage.Work, 1)),
                (context, _, _) =>
                    context.RunId == "undone" ? default : throw new InvalidOperationException("stuck")
            )
            .Register(
                Stage.Work,
                (Func<TaskContext, Stage>)(_ => throw new InvalidOperationException("late"))
            )
            .AddExitState(Stage.End);
}
