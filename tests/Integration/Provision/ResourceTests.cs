namespace Cano.Integration.Provision;

public sealed class ResourceTests
{
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "P1"), Trait("ID", "A11")]
    public async Task Resources_are_set_up_in_order_before_the_run_and_torn_down_in_reverse_after_it()
    {
        var workflow = _trail.Through(Stage.Start, Stage.End).WithResources(Spies("a", "b", "c"));
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(
            ["setup a", "setup b", "setup c", "Start", "teardown c", "teardown b", "teardown a"],
            _trail.Marks
        );
    }

    [Fact]
    [Trait("ID", "P1"), Trait("ID", "A11")]
    public async Task Resources_are_torn_down_after_a_failure_too()
    {
        var workflow = _trail
            .Through(Stage.Start, Stage.End)
            .Register(Stage.Start, _ => throw new IOException(), TaskConfig.Minimal)
            .WithResources(Spies("a"));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["setup a", "teardown a"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "P2"), Trait("ID", "A13")]
    public async Task A_setup_that_fails_tears_down_those_before_it_and_no_task_runs()
    {
        var broken = new Spy("broken", _trail) { SetupFailure = new IOException("no db") };
        var resources = Spies("a", "b").Insert("broken", broken).Insert("later", new Spy("later", _trail));
        var workflow = _trail.Through(Stage.Start, Stage.End).WithResources(resources);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["setup a", "setup b", "setup broken", "teardown b", "teardown a"], _trail.Marks);
        Assert.Contains("no db", error.Message, StringComparison.Ordinal);
        Assert.Null(error.State);
        Assert.Empty(error.Path);
    }

    [Fact]
    [Trait("ID", "P2"), Trait("ID", "A13")]
    public async Task An_error_of_a_setup_keeps_its_category()
    {
        var error = CanoError.Of(Fault.NewRateLimited("db", TimeSpan.FromSeconds(1)));
        var resources = new Resources().Insert(
            "db",
            new Spy("db", _trail) { SetupFailure = new CanoException(error) }
        );
        var workflow = _trail.Through(Stage.Start, Stage.End).WithResources(resources);
        Assert.Equal(error, await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start)));
    }

    [Fact]
    [Trait("ID", "P2"), Trait("ID", "I3")]
    public async Task A_setup_that_heeds_the_cancel_ends_the_run_as_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var resources = Spies("a").Insert("db", new Heeding());
        var workflow = _trail.Through(Stage.Start, Stage.End).WithResources(resources);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, cancel.Token));
        Assert.Equal("cancelled", error.Category);
        Assert.Equal(["setup a", "teardown a"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "P3"), Trait("ID", "Y13")]
    public async Task A_teardown_that_fails_is_logged_stops_no_other_and_changes_no_result()
    {
        var logger = new KeepingLogger();
        var broken = new Spy("broken", _trail) { TeardownFailure = new IOException("stuck") };
        var resources = Spies("a").Insert("broken", broken);
        var workflow = _trail.Through(Stage.Start, Stage.End).WithResources(resources).WithLogger(logger);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["setup a", "setup broken", "Start", "teardown broken", "teardown a"], _trail.Marks);
        Assert.Contains("broken", Assert.Single(logger.Errors), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "P4")]
    public void A_value_is_the_same_instance_each_time()
    {
        var value = new object();
        var resources = new Resources().Insert("key", value).Insert(Stage.Work, "by enum");
        Assert.Same(value, resources.Get<object>("key"));
        Assert.Same(value, resources.Get<object>("key"));
        Assert.Equal("by enum", resources.Get<string>(Stage.Work));
        Assert.Equal("by enum", resources.Get<string>("Work"));
    }

    [Fact]
    [Trait("ID", "P4")]
    public void A_missing_key_and_a_wrong_type_are_different_errors()
    {
        var resources = new Resources().Insert("key", "text");
        var missing = Failures.Of(() => resources.Get<string>("other"));
        var mismatch = Failures.Of(() => resources.Get<int>("key"));
        Assert.Equal(("resource_not_found", "resource_type_mismatch"), (missing.Category, mismatch.Category));
        Assert.Contains("'other'", missing.Message, StringComparison.Ordinal);
        Assert.False(resources.TryGet<int>("key", out _));
        Assert.False(resources.TryGet<string>("other", out _));
        Assert.True(resources.TryGet<string>("key", out var text));
        Assert.Equal("text", text);
    }

    [Fact]
    [Trait("ID", "P4")]
    public void A_wrong_type_names_key_stored_and_wanted_type()
    {
        var resources = new Resources()
            .Insert("list", new List<int>())
            .InsertPerRun("own", () => new object());
        Assert.Equal(
            "Resource 'list' is a List<Int32>, not a Dictionary<String, Int32>",
            Failures.Of(() => resources.Get<Dictionary<string, int>>("list")).Message
        );
        var own = Failures.Of(() => resources.Get<string>("own"));
        Assert.Equal("resource_type_mismatch", own.Category);
        Assert.Contains("made for each run", own.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "P5")]
    public void A_key_is_given_once()
    {
        var resources = new Resources().Insert("key", 1);
        Assert.Equal("resource_duplicate_key", Failures.Of(() => resources.Insert("key", 2)).Category);
        Assert.False(resources.TryInsert("key", 2, out var same));
        Assert.Equal(1, same.Get<int>("key"));
        Assert.True(resources.TryInsert("other", 3, out var more));
        Assert.Equal(3, more.Get<int>("other"));
        Assert.False(resources.TryGet<int>("other", out _));
    }

    [Fact]
    [Trait("ID", "P6")]
    public async Task Health_is_told_by_key_and_the_worst_counts()
    {
        var resources = new Resources()
            .Insert("fine", new Spy("fine", _trail))
            .Insert("slow", new Spy("slow", _trail) { Health = ResourceHealth.Degraded("first") })
            .Insert("slower", new Spy("slower", _trail) { Health = ResourceHealth.Degraded("second") })
            .Insert("value", "text");
        var all = await resources.CheckAllHealthAsync();
        Assert.Equal(["fine", "slow", "slower"], all.Keys.Order());
        Assert.Equal(ResourceHealth.Healthy, all["fine"]);
        Assert.Equal(ResourceHealth.Degraded("first"), await resources.AggregateHealthAsync());
        var down = resources.Insert(
            "down",
            new Spy("down", _trail) { Health = ResourceHealth.Unhealthy("gone") }
        );
        Assert.Equal(
            (HealthLevel.Unhealthy, "gone"),
            ((await down.AggregateHealthAsync()).Level, (await down.AggregateHealthAsync()).Reason)
        );
    }

    [Fact]
    [Trait("ID", "P6")]
    public async Task No_resources_are_healthy_and_a_resource_is_unless_it_says_otherwise()
    {
        Assert.Equal(ResourceHealth.Healthy, await new Resources().AggregateHealthAsync());
        Assert.Equal(
            ResourceHealth.Healthy,
            await new Resources().Insert("plain", new Plain()).AggregateHealthAsync()
        );
    }

    [Fact]
    [Trait("ID", "P6")]
    public async Task A_check_that_throws_is_unhealthy_and_hides_no_other()
    {
        var resources = new Resources()
            .Insert("broken", new Unwell(new IOException("no route")))
            .Insert("fine", new Spy("fine", _trail));
        var all = await resources.CheckAllHealthAsync();
        Assert.Equal(ResourceHealth.Unhealthy("IOException: no route"), all["broken"]);
        Assert.Equal(ResourceHealth.Healthy, all["fine"]);
        Assert.Equal(all["broken"], await resources.AggregateHealthAsync());
    }

    [Fact]
    [Trait("ID", "P6")]
    public async Task A_check_that_was_cancelled_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var resources = new Resources().Insert(
            "broken",
            new Unwell(new OperationCanceledException(cancel.Token))
        );
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            resources.CheckAllHealthAsync(cancel.Token)
        );
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            resources.AggregateHealthAsync(cancel.Token)
        );
    }

    [Fact]
    [Trait("ID", "P6")]
    public async Task The_engine_never_asks_for_health()
    {
        await _trail.Through(Stage.Start, Stage.End).WithResources(Spies("a")).OrchestrateAsync(Stage.Start);
        Assert.DoesNotContain(_trail.Marks, mark => mark.StartsWith("health", StringComparison.Ordinal));
    }

    private Resources Spies(params string[] names) =>
        names.Aggregate(new Resources(), (resources, name) => resources.Insert(name, new Spy(name, _trail)));

    private sealed class Plain : IResource;

    private sealed class Unwell(Exception why) : IResource
    {
        public ValueTask<ResourceHealth> HealthAsync(CancellationToken cancellationToken) => throw why;
    }

    private sealed class Heeding : IResource
    {
        public ValueTask SetupAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return default;
        }
    }
}
