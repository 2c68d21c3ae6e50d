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
}
