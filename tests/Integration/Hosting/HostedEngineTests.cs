using Cano.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cano.Integration.Hosting;

/// <summary>The engine in the life of its host.</summary>
public sealed class HostedEngineTests
{
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "X13")]
    public async Task Asked_for_before_the_start_the_container_says_so_in_a_sentence()
    {
        await using var host = new TestHost(services => services.AddCano());
        var early = Assert.Throws<InvalidOperationException>(() => host.Engine);
        Assert.StartsWith(
            "The host opens its CanoEngine when it starts, and has not started yet",
            early.Message,
            StringComparison.Ordinal
        );
        await host.StartedAsync();
        Assert.Same(host.Engine, host.Services.GetRequiredService<CanoEngine>());
    }

    [Fact]
    [Trait("ID", "X13")]
    public async Task It_is_open_when_other_services_start_and_until_they_have_stopped()
    {
        await using var host = new TestHost(services =>
        {
            services.AddSingleton(_trail);
            services.AddHostedService<Asking>();
            services.AddCano().AddWorkflow<Stage>("orders", OneState);
        });
        await host.StartedAsync();
        var engine = host.Engine;
        await host.StopAsync();
        Assert.Equal(["start: orders", "stop: orders"], _trail.Marks);
        Assert.Throws<ObjectDisposedException>(() => engine.Run(host.Workflow, "a"));
    }

    [Fact]
    [Trait("ID", "X13")]
    public async Task A_start_that_fails_behind_it_closes_its_journal()
    {
        using var folder = new TempDirectory();
        await using (
            var failing = new TestHost(services =>
            {
                services.AddCano().UseFasterCheckpoints(folder.Path);
                services.AddHostedService<Failing>();
            })
        )
            await Assert.ThrowsAsync<IOException>(failing.StartedAsync);
        await using var next = new TestHost(services => services.AddCano().UseFasterCheckpoints(folder.Path));
        await next.StartedAsync();
    }

    [Fact]
    [Trait("ID", "X23")]
    public async Task A_start_that_fails_behind_it_closes_the_store_that_the_host_opened_behind_the_engine()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddCano().UseCheckpointStore(_ => Task.FromResult(new TellingStore(_trail)));
        builder.Services.AddHostedService<Failing>();
        var host = builder.Build();
        await Assert.ThrowsAsync<IOException>(() => host.StartAsync().Soon());
        await ((IAsyncDisposable)host).DisposeAsync();
        Assert.Equal(["left", "closed"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "X22")]
    public async Task Services_that_are_resources_are_set_up_before_the_engine_and_torn_down_behind_it()
    {
        await using var host = new TestHost(services =>
        {
            services.AddSingleton(_trail);
            services.AddSingleton<IResource>(new Spy("a", _trail));
            services.AddSingleton<IResource, Looking>();
            services.AddCano();
        });
        await host.StartedAsync();
        Assert.Equal(["setup a", "none is open"], _trail.Marks);
        await host.StopAsync();
        Assert.Equal(["it is closed", "teardown a"], _trail.Marks.Skip(2));
    }

    [Fact]
    [Trait("ID", "X22")]
    public async Task One_that_cannot_be_set_up_stops_the_start_and_the_others_are_torn_down()
    {
        await using var host = new TestHost(services =>
        {
            services.AddSingleton<IResource>(new Spy("a", _trail));
            services.AddSingleton<IResource>(new Spy("b", _trail) { SetupFailure = new IOException("down") });
            services.AddCano();
        });
        Assert.Contains(
            "down",
            (await Failures.OfAsync(host.StartedAsync())).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(["setup a", "setup b", "teardown a"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "X22")]
    public async Task What_is_wrong_with_workflows_or_stores_is_told_before_any_is_set_up()
    {
        await using var host = new TestHost(services =>
        {
            services.AddSingleton<IResource>(new Spy("a", _trail));
            services.AddCano().AddWorkflow<Stage>("orders", workflow => workflow);
        });
        Assert.Equal("configuration", (await Failures.OfAsync(host.StartedAsync())).Category);
        await using var two = new TestHost(services =>
        {
            services.AddSingleton<IResource>(new Spy("a", _trail));
            services
                .AddCano()
                .UseCheckpointStore(new MemoryCheckpointStore())
                .UseCheckpointStore(new MemoryCheckpointStore());
        });
        Assert.Equal("configuration", (await Failures.OfAsync(two.StartedAsync())).Category);
        Assert.Empty(_trail.Marks);
    }

    [Fact]
    [Trait("ID", "X23")]
    public async Task A_store_that_the_host_opens_is_there_from_its_start_until_the_engine_is_closed()
    {
        await using (
            var host = new TestHost(services =>
                services
                    .AddCano()
                    .UseCheckpointStore(async _ =>
                    {
                        await Task.Yield();
                        _trail.Add("opened");
                        return new Shared(_trail);
                    })
                    .AddWorkflow<Stage>("orders", OneState)
            )
        )
        {
            Assert.Empty(_trail.Marks);
            await host.StartedAsync();
            var run = await host.Engine.StartAsync(host.Workflow, Stage.Start, "order-1").Soon();
            Assert.Equal(Stage.End, await run.Completion().Soon());
            await host.StopAsync();
            Assert.Equal(["opened", "left"], _trail.Marks);
        }

        Assert.Equal(["opened", "left", "closed"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "X23")]
    public async Task What_fails_to_open_a_store_fails_the_start()
    {
        await using var host = new TestHost(services =>
            services
                .AddCano()
                .UseCheckpointStore(Task<MemoryCheckpointStore> (_) => throw new IOException("no way there"))
        );
        var failed = await Assert.ThrowsAsync<IOException>(host.StartedAsync);
        Assert.Equal("no way there", failed.Message);
    }

    private static Workflow<Stage> OneState(Workflow<Stage> workflow) =>
        workflow.Register(Stage.Start, _ => Stage.End).AddExitState(Stage.End);

    private sealed class Asking(IServiceProvider services, Trail trail) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            trail.Add($"start: {Names()}");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            trail.Add($"stop: {Names()}");
            return Task.CompletedTask;
        }

        private string Names() => string.Join(", ", services.GetRequiredService<CanoEngine>().WorkflowNames);
    }

    private sealed class TellingStore(Trail trail) : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        public override ValueTask LeaveAsync(NodeLease lease, CancellationToken cancellationToken = default)
        {
            trail.Add("left");
            return base.LeaveAsync(lease, cancellationToken);
        }

        public override ValueTask DisposeAsync()
        {
            trail.Add("closed");
            return base.DisposeAsync();
        }
    }

    private sealed class Failing : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new IOException("no start");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Looks at the engine when it is set up and torn down.</summary>
    private sealed class Looking(IServiceProvider services, Trail trail) : IResource
    {
        public ValueTask SetupAsync(CancellationToken cancellationToken)
        {
            Assert.Throws<InvalidOperationException>(services.GetRequiredService<CanoEngine>);
            trail.Add("none is open");
            return default;
        }

        public async ValueTask TeardownAsync(CancellationToken cancellationToken)
        {
            var engine = services.GetRequiredService<CanoEngine>();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.FindAsync("a", cancellationToken));
            trail.Add("it is closed");
        }
    }

    private sealed class Shared(Trail trail) : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        public override async ValueTask LeaveAsync(
            NodeLease lease,
            CancellationToken cancellationToken = default
        )
        {
            await base.LeaveAsync(lease, cancellationToken);
            trail.Add("left");
        }

        public override ValueTask DisposeAsync()
        {
            trail.Add("closed");
            return base.DisposeAsync();
        }
    }
}
