namespace Cano.Integration.Engines;

/// <summary>What is refused of signals, and runs that begin with one.</summary>
public sealed class SignalRefusalTests
{
    private readonly Trail _trail = new();

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "U5")]
    public async Task What_cannot_be_taken_is_refused_where_it_is_sent(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var workflow = new Approvals(_trail).Of();
        engine.Add(workflow);
        Assert.Equal(
            "run_not_found",
            (await Failures.OfAsync(SentAsync(engine.SignalAsync("none", Approvals.Refuse)))).Category
        );
        var run = await engine.StartAsync(workflow, Stage.Next, "expense-1").Soon();
        var misfit = await Failures.OfAsync(SentAsync(run.SignalAsync(new Signal<int[]>("approve"), [1])));
        Assert.Equal("workflow", misfit.Category);
        Assert.Contains("`Approval`", misfit.Message, StringComparison.Ordinal);
        await run.SignalAsync(Approvals.Refuse).Soon();
        Assert.Equal(Stage.Stop, await run.Completion().Soon());
        Assert.Equal(
            "run_ended",
            (await Failures.OfAsync(SentAsync(run.SignalAsync(Approvals.Refuse)))).Category
        );
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "U11")]
    public async Task A_hundred_callers_make_one_run_that_has_a_hundred_signals(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("counts")
            .RegisterWait(
                Stage.Start,
                Wait.For<Stage>().On(new Signal<int>("add"), Next, [Stage.Start, Stage.End])
            )
            .AddExitState(Stage.End);
        engine.Add(workflow);
        await Task.WhenAll(
                Enumerable
                    .Range(0, 100)
                    .Select(i =>
                        Task.Run(() =>
                            engine.SignalOrStartAsync(
                                workflow,
                                Stage.Start,
                                "count",
                                new Signal<int>("add"),
                                i
                            )
                        )
                    )
            )
            .Soon();
        Assert.Equal(Stage.End, await engine.Run(workflow, "count").Completion().Soon());
        Assert.Equal(100, _trail.Marks.Distinct().Count());

        Stage Next(TaskContext context, int added)
        {
            _trail.Add(added);
            return _trail.Marks.Count == 100 ? Stage.End : Stage.Start;
        }
    }

    private static async Task<bool> SentAsync(Task sending)
    {
        await sending;
        return true;
    }
}
