using Cano.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cano.Integration.Provision;

/// <summary>Resources that a host's services give.</summary>
public sealed class HostServicesTests
{
    [Fact]
    [Trait("ID", "P4")]
    public void A_key_finds_the_keyed_service_and_else_the_one_of_the_type()
    {
        var resources = Resources.From(
            new Services { [typeof(string)] = "any", [((object)"named", typeof(string))] = "own" }
        );
        Assert.Equal("own", resources.Get<string>("named"));
        Assert.Equal("any", resources.Get<string>("whatever"));
        Assert.True(resources.TryGet<string>("named", out var own));
        Assert.Equal("own", own);
    }

    [Fact]
    [Trait("ID", "P4")]
    public void An_enum_finds_the_service_keyed_by_its_value_then_by_its_name_then_by_the_type_alone()
    {
        var services = new Services { [typeof(string)] = "any" };
        var resources = Resources.From(services);
        Assert.Equal("any", resources.Get<string>(Stage.Work));
        services[((object)"Work", typeof(string))] = "by name";
        Assert.Equal("by name", resources.Get<string>(Stage.Work));
        services[((object)Stage.Work, typeof(string))] = "by value";
        Assert.Equal("by value", resources.Get<string>(Stage.Work));
        Assert.Equal("by name", resources.Get<string>("Work"));
        Assert.Equal("any", resources.Get<string>(Stage.Next));
        Assert.Equal("inserted", resources.Insert(Stage.Work, "inserted").Get<string>(Stage.Work));
    }

    [Fact]
    [Trait("ID", "P4")]
    public async Task A_body_finds_a_service_keyed_by_an_enums_value()
    {
        var services = new Services { [((object)Stage.Work, typeof(string))] = "by value" };
        var found = "";
        var workflow = Workflow
            .Create<Stage>(Resources.From(services))
            .Register(
                Stage.Start,
                context =>
                {
                    found = context.Get<string>(Stage.Work);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal("by value", found);
    }

    [Fact]
    [Trait("ID", "P11")]
    public void A_host_gives_the_keyed_service_else_the_one_of_the_type()
    {
        var services = new Services { [typeof(string)] = "any", [((object)"bank", typeof(string))] = "own" };
        var bound = Resources.From(services).Insert("count", 1).Bind<Bound>();
        Assert.Equal(new Bound("own", "any", 1), bound);
    }

    [Fact]
    [Trait("ID", "P4")]
    public void An_enum_whose_service_the_host_does_not_have_is_not_found()
    {
        var resources = Resources.From(new Services { [((object)Stage.Next, typeof(string))] = "next" });
        var error = Failures.Of(() => resources.Get<string>(Stage.Work));
        Assert.Equal("resource_not_found", error.Category);
        Assert.StartsWith("No resource under key 'Work'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "P4")]
    public void What_the_host_does_not_have_is_not_found()
    {
        var resources = Resources.From(new Services { [((object)"named", typeof(string))] = "own" });
        var error = Failures.Of(() => resources.Get<Uri>("named"));
        Assert.Equal("resource_not_found", error.Category);
        Assert.Equal(
            "No resource under key 'named': insert it into the Resources the workflow was made with",
            error.Message
        );
        Assert.False(resources.TryGet<Uri>("named", out _));
    }

    [Fact]
    [Trait("ID", "P5")]
    public void An_inserted_value_comes_before_the_hosts()
    {
        var resources = Resources
            .From(new Services { [((object)"named", typeof(string))] = "host" })
            .Insert("named", "inserted");
        Assert.Equal("inserted", resources.Get<string>("named"));
        Assert.Equal(
            "resource_duplicate_key",
            Failures.Of(() => resources.Insert("named", "twice")).Category
        );
    }

    [Fact]
    public async Task A_plain_store_of_a_host_is_shared_by_all_runs()
    {
        var store = new MemoryStore();
        var workflow = Counting(
            Resources.From(new Services { [((object)"store", typeof(MemoryStore))] = store })
        );
        await workflow.OrchestrateAsync(Stage.Start, "a");
        await workflow.OrchestrateAsync(Stage.Start, "b");
        Assert.Equal(2, store.Get<int>("count"));
    }

    [Fact]
    public async Task A_durable_store_of_a_host_is_a_template_whose_copies_are_journaled_and_restored()
    {
        var template = MemoryStore.Durable();
        template.Put("count", 10);
        var isDown = true;
        var counts = new List<int>();
        var workflow = Counting(Resources.From(new Services { [typeof(MemoryStore)] = template }))
            .Register(
                Stage.Work,
                context =>
                {
                    if (isDown)
                        throw new IOException("down");
                    counts.Add(context.Store.Get<int>("count"));
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .WithCheckpointStore(new MemoryCheckpointStore());
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "a"));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "b"));
        isDown = false;
        await workflow.ResumeFromAsync("a");
        await workflow.ResumeFromAsync("b");
        Assert.Equal([11, 11], counts);
        Assert.Equal(10, template.Get<int>("count"));
    }

    [Theory]
    [Trait("ID", "P4")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_that_the_host_cannot_give_hinders_no_run_that_does_without(bool isOdd)
    {
        var workflow = new Trail()
            .Through(Stage.Start, Stage.End)
            .WithResources(Resources.From(new Unable(isOdd)));
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
    }

    [Fact]
    [Trait("ID", "P4"), Trait("ID", "Y22")]
    public async Task A_body_is_abandoned_although_its_host_throws_when_it_is_asked_for_a_store()
    {
        var (gate, logger, time) = (new Gate(), new KeepingLogger(), new VirtualTime());
        using var cancel = new CancellationTokenSource();
        var workflow = Workflow
            .Create<Stage>(Resources.From(new Unable(isOdd: true)))
            .Register(
                Stage.Start,
                async (_, _) =>
                {
                    await gate.HoldAsync();
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(time)
            .WithLogger(logger);
        var run = workflow.OrchestrateAsync(Stage.Start, cancel.Token);
        await gate.Entered;
        await cancel.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(time.DriveAsync(() => run))).Category);
        Assert.Contains("abandoned", Assert.Single(logger.Warnings), StringComparison.Ordinal);
        gate.Open();
    }

    /// <summary>Counts in its store, then ends in Work.</summary>
    private static Workflow<Stage> Counting(Resources resources) =>
        Workflow
            .Create<Stage>(resources)
            .Register(
                Stage.Start,
                context =>
                {
                    context.Store.Put("count", context.Store.GetOr("count", 0) + 1);
                    return Stage.Work;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .Register(Stage.Work, _ => Stage.End);

    /// <summary>A host: services by type, and by key and type.</summary>
    private sealed record Bound(string Bank, string Town, int Count);

    private sealed class Services : Dictionary<object, object>, IKeyedServiceProvider
    {
        public object? GetService(Type serviceType) => this.GetValueOrDefault(serviceType);

        public object? GetKeyedService(Type serviceType, object? serviceKey) =>
            this.GetValueOrDefault((serviceKey!, serviceType));

        public object GetRequiredKeyedService(Type serviceType, object? serviceKey) =>
            GetKeyedService(serviceType, serviceKey)
            ?? throw new InvalidOperationException("no such service");
    }

    private sealed class Unable(bool isOdd) : IServiceProvider
    {
        public object GetService(Type serviceType) =>
            isOdd
                ? throw new KeyNotFoundException("unknown")
                : throw new InvalidOperationException("only in a scope");
    }
}
