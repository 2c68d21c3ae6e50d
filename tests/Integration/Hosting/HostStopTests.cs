using Cano.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cano.Integration.Hosting;

/// <summary>What a host's stop leaves, and its next start takes up.</summary>
public sealed class HostStopTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly Trail _trail = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("ID", "X18"), Trait("ID", "S4")]
    public async Task A_paid_saga_that_a_stop_finds_goes_on_at_the_next_start()
    {
        var gate = new Gate();
        await using (var first = await OfSaga(gate).StartedAsync())
        {
            await first.Engine.StartAsync(first.Workflow, Stage.Start, "a");
            await gate.Entered.Soon();
            await first.StopAsync();
        }

        Assert.Equal(["pay", "ship told to stop"], _trail.Marks);
        var open = new Gate();
        open.Open();
        await using var second = await OfSaga(open).StartedAsync();
        Assert.Equal(Stage.End, await second.Engine.Run(second.Workflow, "a").Completion().Soon());
        Assert.Equal(["pay", "ship told to stop", "ship"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "X18")]
    public async Task What_was_left_stays_where_the_options_say_so()
    {
        var gate = new Gate();
        await using (var first = await OfSaga(gate).StartedAsync())
        {
            await first.Engine.StartAsync(first.Workflow, Stage.Start, "a");
            await gate.Entered.Soon();
        }

        gate.Open();
        await using var second = await OfSaga(gate, options => options.ResumeOnStart = false).StartedAsync();
        Assert.Equal(RunStatus.Suspended, (await second.Engine.FindAsync("a"))!.Status);
        Assert.Equal(Stage.End, await second.Workflow.ResumeFromAsync("a").Soon());
    }

    [Fact]
    [Trait("ID", "X18")]
    public async Task A_store_that_cannot_be_listed_is_asked_again()
    {
        var (time, store) = (new VirtualTime(), new Unlisted());
        await store.BegunAsync("a");
        await using var host = new TestHost(
            services => services.AddCano().UseCheckpointStore(store).AddWorkflow<Stage>("orders", OneState),
            time: time
        );
        await host.StartedAsync();
        await store.Refused.Soon();
        await time.WhenWaitingAsync().Soon();
        Assert.Contains(
            host.Logger.Errors,
            text => text.Contains("tried again in 00:00:01", StringComparison.Ordinal)
        );
        store.IsDown = false;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Stage.End, await host.Engine.Run(host.Workflow, "a").Completion().Soon());
    }

    [Fact]
    [Trait("ID", "X18"), Trait("ID", "X19")]
    public async Task What_was_left_is_not_asked_for_again_once_the_stop_has_begun()
    {
        var (time, store, gate) = (new VirtualTime(), new Unlisted(), new Gate());
        await using var host = new TestHost(
            services =>
                services
                    .AddCano()
                    .UseCheckpointStore(store)
                    .AddWorkflow<Stage>("orders", workflow => Deaf(workflow, _trail, gate)),
            time: time
        );
        await host.StartedAsync();
        await store.Refused.Soon();
        await time.WhenWaitingAsync().Soon();
        await host.Engine.StartAsync(host.Workflow, Stage.Start, "deaf");
        await gate.Entered.Soon();
        store.IsDown = false;
        var stopping = host.StopAsync();
        await _trail.HasAsync("told to stop").Soon();
        // The pause before the store is asked again ends in the grace.
        time.Advance(TimeSpan.FromSeconds(1));
        var late = host.Engine.StartAsync(host.Workflow, Stage.Start, "late");
        Assert.Equal("suspended", (await Failures.OfAsync(late.Soon())).Category);
        gate.Open();
        await stopping;
        Assert.Equal(1, store.Asked);
    }

    [Fact]
    [Trait("ID", "X19")]
    public async Task A_clock_that_throws_keeps_no_journal_open()
    {
        var time = new BrokenClock();
        await using (
            var host = new TestHost(
                services => services.AddCano().UseFasterCheckpoints(_folder.Path),
                time: time
            )
        )
        {
            await host.StartedAsync();
            time.IsBroken = true;
        }

        await using var store = await FasterCheckpointStore.OpenAsync(_folder.Path);
    }

    [Fact]
    [Trait("ID", "X19")]
    public async Task An_engine_that_the_container_disposes_of_first_is_no_failure()
    {
        await using var host = new TestHost(services => services.AddCano());
        await host.StartedAsync();
        await host.Engine.DisposeAsync();
        await host.StopAsync();
        Assert.Empty(host.Logger.Errors);
    }

    [Fact]
    [Trait("ID", "X19")]
    public async Task A_stop_suspends_when_what_was_registered_behind_it_has_stopped()
    {
        var gate = new Gate();
        await using var host = OfSaga(
            gate,
            services: services =>
            {
                services.AddSingleton(_trail);
                services.AddHostedService<Draining>();
            }
        );
        await host.StartedAsync();
        await host.Engine.StartAsync(host.Workflow, Stage.Start, "a");
        await gate.Entered.Soon();
        await host.StopAsync();
        Assert.Equal(["pay", "drained", "ship told to stop"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "X19")]
    public async Task It_suspends_when_no_more_than_the_grace_is_left_of_the_hosts_time()
    {
        var (gate, time) = (new Gate(), new VirtualTime());
        await using var host = OfSaga(
            gate,
            services: services =>
            {
                services.AddSingleton(_trail);
                services.AddHostedService<WaitingForRuns>();
            },
            time: time
        );
        await host.StartedAsync();
        await host.Engine.StartAsync(host.Workflow, Stage.Start, "a");
        await gate.Entered.Soon();
        var stopping = host.StopAsync();
        await _trail.HasAsync("draining").Soon();
        // 30 s are the host's, 5 the grace, 1 the closing's.
        time.Advance(TimeSpan.FromSeconds(24) - TimeSpan.FromTicks(1));
        Assert.DoesNotContain("ship told to stop", _trail.Marks);
        time.Advance(TimeSpan.FromTicks(1));
        await stopping;
        Assert.Equal(["pay", "draining", "ship told to stop", "told suspended"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "X19")]
    public async Task Bodies_that_outlast_the_grace_are_named()
    {
        var gate = new Gate();
        await using var host = new TestHost(services =>
            services
                .AddCano(options => options.SuspendGrace = TimeSpan.Zero)
                .UseFasterCheckpoints(_folder.Path)
                .AddWorkflow<Stage>(
                    "orders",
                    workflow =>
                        workflow
                            .Register(
                                Stage.Start,
                                async (_, _) =>
                                {
                                    await gate.HoldAsync();
                                    return Stage.End;
                                }
                            )
                            .AddExitState(Stage.End)
                )
        );
        await host.StartedAsync();
        await host.Engine.StartAsync(host.Workflow, Stage.Start, "deaf");
        await gate.Entered.Soon();
        await host.StopAsync();
        Assert.Contains(
            host.Logger.Warnings,
            text =>
                text.StartsWith("Bodies outlasted the grace of 00:00:00", StringComparison.Ordinal)
                && text.EndsWith("deaf", StringComparison.Ordinal)
        );
        gate.Open();
    }

    private TestHost OfSaga(
        Gate gate,
        Action<CanoHostOptions>? options = null,
        Action<IServiceCollection>? services = null,
        TimeProvider? time = null
    ) =>
        new(
            all =>
            {
                all.AddCano(options)
                    .UseFasterCheckpoints(_folder.Path)
                    .AddWorkflow<Stage>("orders", (_, _) => Engines.Engines.Saga(_trail, gate));
                services?.Invoke(all);
            },
            time: time
        );

    private static Workflow<Stage> OneState(Workflow<Stage> workflow) =>
        workflow.Register(Stage.Start, _ => Stage.End).AddExitState(Stage.End);

    /// <summary>One state that hears that it is to stop, and stops when the gate is open.</summary>
    private static Workflow<Stage> Deaf(Workflow<Stage> workflow, Trail trail, Gate gate) =>
        workflow
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await using var told = token.Register(() => trail.Add("told to stop"));
                    await gate.HoldAsync();
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);

    private sealed class BrokenClock : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override DateTimeOffset GetUtcNow() =>
            IsBroken ? throw new InvalidOperationException("no time") : base.GetUtcNow();

        public override long GetTimestamp() =>
            IsBroken ? throw new InvalidOperationException("no time") : base.GetTimestamp();

        public override ITimer CreateTimer(
            TimerCallback callback,
            object? state,
            TimeSpan dueTime,
            TimeSpan period
        ) =>
            IsBroken
                ? throw new InvalidOperationException("no time")
                : base.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>A server that stops when its requests have ended.</summary>
    private sealed class Draining(Trail trail, IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            // A request in flight is still answered.
            var engine = services.GetRequiredService<CanoEngine>();
            Assert.Equal(RunStatus.Running, (await engine.FindAsync("a", cancellationToken))!.Status);
            trail.Add("drained");
        }
    }

    /// <summary>A server one of whose requests waits for a run.</summary>
    private sealed class WaitingForRuns(Trail trail, IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            var run = services
                .GetRequiredService<CanoEngine>()
                .Run(services.GetRequiredService<Workflow<Stage>>(), "a");
            var waiting = run.Completion(CancellationToken.None);
            trail.Add("draining");
            trail.Add($"told {(await Failures.OfAsync(waiting)).Category}");
        }
    }

    private sealed class Unlisted() : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        private readonly TaskCompletionSource _refused = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public bool IsDown { get; set; } = true;

        public Task Refused => _refused.Task;

        /// <summary>How often it was asked for a list of those left.</summary>
        public int Asked { get; private set; }

        public ValueTask<long> BegunAsync(string id) =>
            Inner.BeginAsync(
                id,
                new CheckpointRow
                {
                    Sequence = 0,
                    Kind = RowKind.StateEntered,
                    State = "Start",
                    WorkflowName = "orders",
                }
            );

        public override IAsyncEnumerable<RunSummary> ListRunsAsync(
            RunFilter filter,
            CancellationToken cancellationToken = default
        )
        {
            Asked++;
            if (!IsDown)
                return base.ListRunsAsync(filter, cancellationToken);
            _refused.TrySetResult();
            throw new IOException("down");
        }
    }
}
