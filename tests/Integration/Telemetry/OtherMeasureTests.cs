using System.Diagnostics.Metrics;
using Cano.Integration.Scheduling;
using Cano.Testing;

namespace Cano.Integration.Telemetry;

/// <summary>What is measured beside runs: schedules, engines, the journal, breakers and limiters.</summary>
[Collection(Listens.Name)]
public sealed class OtherMeasureTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "R8"), Trait("ID", "R9")]
    public async Task A_flow_is_counted_and_timed_by_its_schedulers_clock()
    {
        using var heard = new Heard();
        var working = new Tally();
        var runs = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                async (context, token) =>
                {
                    var work = Task.Delay(TimeSpan.FromSeconds(2), context.TimeProvider, token);
                    working.Add();
                    await work;
                    return runs++ > 0 ? throw new IOException() : Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        await using var running = await new Scheduler(_time)
            .Every("flow", workflow, Stage.Start, TimeSpan.FromMinutes(1))
            .SetBackoff("flow", new BackoffPolicy { TripAfter = 2 })
            .StartAsync();
        for (var count = 1; count <= 3; count++)
        {
            await working.WaitAsync(1).Soon();
            _time.Advance(TimeSpan.FromSeconds(2));
            await running.RestAsync("flow", count);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(
            [("success", null), ("failure", "task_execution"), ("failure", "task_execution")],
            heard.Of("cano.flow.runs").Select(run => (run.Of("cano.outcome"), run.Of("error.type")))
        );
        Assert.Equal([2.0, 2.0, 2.0], heard.Of("cano.flow.duration").Select(run => run.Value));
        Assert.All(heard.Of("cano.flow.lag"), lag => Assert.Equal(0, lag.Value));
        Assert.Equal((1, 1), (heard.Sum("cano.flow.backoffs"), heard.Sum("cano.flow.trips")));
        Assert.Equal([1, -1, 1, -1, 1, -1], heard.Of("cano.flows.active").Select(active => active.Value));
    }

    [Fact]
    [Trait("ID", "R7"), Trait("ID", "R15")]
    public async Task A_wait_over_which_a_run_rests_is_counted_once_and_told_as_a_wait()
    {
        using var heard = new Heard();
        await using var engine = await CanoEngine.OpenAsync(
            new MemoryCheckpointStore(),
            new CanoEngineOptions { TimeProvider = _time }
        );
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("timed")
            .RegisterTimer(Stage.Start, TimeSpan.FromDays(3), Stage.Work)
            .RegisterTimer(Stage.Work, TimeSpan.FromDays(3), Stage.End)
            .AddExitState(Stage.End);
        engine.Add(workflow);
        await engine.StartAsync(workflow, Stage.Start, "timed-1").Soon();
        for (var wait = 0; wait < 2; wait++)
        {
            await Engines.Approvals.WaitingAsync(engine, "timed-1").Soon();
            await _time.WhenWaitingAsync().Soon();
            _time.Advance(TimeSpan.FromDays(3));
        }

        await engine.Run(workflow, "timed-1").Completion().Soon();
        Assert.Equal(2, heard.Sum("cano.waits"));
        Assert.Equal(
            ["completed", "waiting", "waiting"],
            heard.Of("cano.run.duration").Select(run => run.Of("cano.status")).Order()
        );
    }

    [Fact]
    [Trait("ID", "R16")]
    public async Task An_engine_says_what_it_has_in_hand_while_it_is_open()
    {
        using var heard = new Heard();
        using var directory = new TempDirectory();
        var gate = new Gate();
        var engine = await CanoEngine.OpenAsync(
            directory.Path,
            new CanoEngineOptions { MaxRunning = 1, TimeProvider = _time }
        );
        var works = Workflow
            .Bare<Stage>()
            .WithName("works")
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await gate.PassAsync(token);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        var waits = Workflow
            .Bare<Stage>()
            .WithName("waits")
            .RegisterTimer(Stage.Start, TimeSpan.FromDays(1), Stage.End)
            .AddExitState(Stage.End);
        engine.Add(works).Add(waits);
        await engine.StartAsync(waits, Stage.Start, "waits").Soon();
        await Engines.Approvals.WaitingAsync(engine, "waits").Soon();
        await engine.StartAsync(works, Stage.Start, "works").Soon();
        await gate.Entered.Soon();
        // Other tests may have left engines open.
        var open = InHand();
        gate.Open();
        await engine.Run(works, "works").Completion().Soon();
        await engine.DisposeAsync();
        var closed = InHand();
        Assert.Equal(["held", "queued", "running", "waiting"], open.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(1, open["running"] - closed.GetValueOrDefault("running"));
        Assert.Equal(1, open["waiting"] - closed.GetValueOrDefault("waiting"));

        Dictionary<string, double> InHand()
        {
            var before = heard.All.Count;
            heard.Look();
            return heard
                .All.Skip(before)
                .Where(one => one.Name == "cano.engine.runs")
                .ToDictionary(one => one.Of("cano.doing")!, one => one.Value);
        }
    }

    [Fact]
    [Trait("ID", "R16")]
    public async Task The_journal_counts_its_rows_and_bytes_and_says_its_size_while_it_is_open()
    {
        using var heard = new Heard();
        using var directory = new TempDirectory();
        await using (var store = await FasterCheckpointStore.OpenAsync(directory.Path))
        {
            await store.BeginAsync("run", Rows.Entered(0));
            await store.AppendAsync("run", Rows.Entered(1), 1);
            heard.Look();
        }

        // Other tests may have left journals open.
        heard.Look();
        Assert.Equal(2, heard.Sum("cano.journal.rows"));
        Assert.Equal([1, 1], heard.Of("cano.journal.group.size").Take(2).Select(group => group.Value));
        var sizes = heard.Of("cano.journal.size").Select(size => size.Value).Append(0).ToList();
        Assert.Equal(heard.Of("cano.journal.bytes").Take(2).Sum(bytes => bytes.Value), sizes[0] - sizes[1]);
    }

    [Fact]
    [Trait("ID", "R16")]
    public async Task A_wait_for_a_limiter_is_timed_by_its_clock_and_none_that_does_not_wait()
    {
        using var heard = new Heard();
        var limiter = new RateLimiter(1, TimeSpan.FromSeconds(3), time: _time);
        await _time.DriveAsync(async () =>
        {
            await limiter.AcquireAsync();
            await limiter.AcquireAsync();
            return true;
        });
        Assert.Equal(3, Assert.Single(heard.Of("cano.limiter.wait")).Value);
    }

    [Fact]
    [Trait("ID", "R4"), Trait("ID", "R16")]
    public async Task A_listener_that_throws_stops_no_journal_no_breaker_no_limiter_and_no_flow()
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, on) =>
        {
            if (instrument.Meter.Name == CanoTelemetry.MeterName && !instrument.IsObservable)
                on.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new IOException());
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new IOException());
        listener.Start();
        await Scenes.PlayAsync();
    }
}
