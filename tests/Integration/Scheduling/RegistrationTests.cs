namespace Cano.Integration.Scheduling;

public sealed class RegistrationTests
{
    private readonly Bench _bench = new();

    [Fact]
    [Trait("ID", "Q1")]
    public void Two_flows_with_one_id_are_refused()
    {
        var error = Failures.Of(() =>
            _bench
                .Scheduler.Manual("a", _bench.Marking(), Stage.Start)
                .EverySeconds("a", _bench.Marking(), Stage.Start, 1)
        );
        Assert.Equal("configuration", error.Category);
        Assert.Equal(["Two flows have the id 'a'"], error.Problems);
    }

    [Theory]
    [Trait("ID", "F83")]
    [InlineData(1_000)]
    [InlineData(0)]
    public async Task A_journaled_flow_whose_runs_can_have_no_such_id_is_refused_at_the_start(int letters)
    {
        // Too long with what an occurrence adds to it, or half of a surrogate pair.
        var id = letters > 0 ? new string('é', letters / 2) : "\ud800";
        var store = new MemoryCheckpointStore();
        var journaled = _bench.Marking().WithCheckpointStore(store);
        var many = new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
            .AddInstance("fine", _bench.Marking(), Stage.Start)
            .AddInstance(id, journaled, Stage.Start);
        var error = await Failures.OfAsync(
            _bench
                .Scheduler.Manual(id, journaled, Stage.Start)
                .Manual($"not journaled {id}", _bench.Marking(), Stage.Start)
                .Manual("many", many)
                .Manual("unsound", Workflow.Bare<Stage>(), Stage.Start)
                .StartAsync()
        );
        Assert.Equal("configuration", error.Category);
        var problems = error.Problems;
        Assert.StartsWith(
            $"flow '{id}': a run id takes 1 to 1024 bytes",
            problems[0],
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            $"flow 'many': instance '{id}': a run id takes 1 to 1024 bytes",
            problems[1],
            StringComparison.Ordinal
        );
        Assert.All(problems.Skip(2), problem => Assert.StartsWith("flow 'unsound': ", problem));
        Assert.True(problems.Count > 2);
    }

    [Theory]
    [Trait("ID", "Q1")]
    [InlineData("every tuesday")]
    [InlineData("61 * * * *")]
    [InlineData("")]
    public void A_cron_expression_that_makes_no_sense_is_refused(string cron)
    {
        var error = Failures.Of(() => _bench.Scheduler.Cron("a", _bench.Marking(), Stage.Start, cron));
        Assert.Equal("configuration", error.Category);
        Assert.StartsWith(
            $"flow 'a': \"{cron}\" is not a cron expression",
            Assert.Single(error.Problems),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [Trait("ID", "Q1")]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_interval_is_positive(int seconds)
    {
        Assert.Equal(
            "configuration",
            Failures
                .Of(() => _bench.Scheduler.EverySeconds("a", _bench.Marking(), Stage.Start, seconds))
                .Category
        );
        Assert.Equal(
            "configuration",
            Failures
                .Of(() => _bench.Scheduler.EveryMinutes("a", _bench.Marking(), Stage.Start, seconds))
                .Category
        );
        Assert.Equal(
            "configuration",
            Failures
                .Of(() => _bench.Scheduler.EveryHours("a", _bench.Marking(), Stage.Start, seconds))
                .Category
        );
        Assert.Equal(
            "configuration",
            Failures
                .Of(() =>
                    _bench.Scheduler.Every("a", _bench.Marking(), Stage.Start, TimeSpan.FromTicks(seconds))
                )
                .Category
        );
    }

    [Fact]
    [Trait("ID", "Q1")]
    public void A_policy_belongs_to_a_flow()
    {
        var error = Failures.Of(() =>
            _bench.Scheduler.Manual("a", _bench.Marking(), Stage.Start).SetBackoff("b", new BackoffPolicy())
        );
        Assert.Equal(
            ("configuration", "No workflow registered with id 'b'"),
            (error.Category, error.Message)
        );
    }

    [Fact]
    [Trait("ID", "Q1")]
    public async Task A_scheduler_is_a_value()
    {
        var before = _bench.Scheduler.Manual("a", _bench.Marking(), Stage.Start);
        before.Manual("b", _bench.Marking(), Stage.Start);
        await using var running = await before.StartAsync();
        Assert.Equal(["a"], running.List().Select(flow => flow.Id));
    }

    [Fact]
    [Trait("ID", "Q2")]
    public async Task Every_problem_of_every_flow_is_told_before_anything_is_touched()
    {
        var trail = new Trail();
        var sound = _bench.Marking().WithResources(new Resources().Insert("db", new Spy("db", trail)));
        var error = await Failures.OfAsync(
            _bench
                .Scheduler.EverySeconds("sound", sound, Stage.Start, 1)
                .Manual("empty", Workflow.Bare<Stage>(), Stage.Start)
                .Manual("lost", _bench.Marking(), Stage.Lost)
                .Manual(
                    "many",
                    new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever).AddInstance(
                        "one",
                        _bench.Marking(),
                        Stage.Lost
                    )
                )
                .StartAsync()
        );
        Assert.Equal("configuration", error.Category);
        Assert.Contains(
            error.Problems,
            problem =>
                problem.StartsWith("flow 'empty': Workflow has no registered", StringComparison.Ordinal)
        );
        Assert.Contains(
            error.Problems,
            problem => problem.StartsWith("flow 'lost': Initial state Lost", StringComparison.Ordinal)
        );
        Assert.Contains(
            error.Problems,
            problem => problem.StartsWith("flow 'many': instance 'one': Initial", StringComparison.Ordinal)
        );
        Assert.Empty(trail.Marks);
        Assert.Empty(_bench.Trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y17")]
    public async Task One_scheduler_holds_flows_of_different_states()
    {
        var words = Workflow.Bare<string>().Register("begin", _ => "done").AddExitState("done");
        var numbers = Workflow.Bare<int>().Register(0, _ => 1).AddExitState(1);
        await using var running = await _bench
            .Scheduler.Manual("words", words, "begin")
            .Manual("numbers", numbers, 0)
            .Manual(
                "stages",
                new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever).AddInstance(
                    "one",
                    _bench.Marking(),
                    Stage.Start
                )
            )
            .StartAsync();
        Assert.Equal(["words", "numbers", "stages"], running.List().Select(flow => flow.Id));
        foreach (var id in new[] { "words", "numbers", "stages" })
            Assert.Equal((FlowStatus.Completed, null), await EndAsync(running, id));
    }

    private static async Task<(FlowStatus, string?)> EndAsync(RunningScheduler running, string id)
    {
        var info = await running.RunAsync(id);
        return (info.Status, info.LastError?.ToString());
    }
}
