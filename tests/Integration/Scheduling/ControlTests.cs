namespace Cano.Integration.Scheduling;

/// <summary>What callers may ask of a running scheduler.</summary>
public sealed class ControlTests
{
    private readonly Bench _bench = new();
    private readonly Gate _gate = new();

    [Fact]
    [Trait("ID", "Q6")]
    public async Task A_running_flow_is_not_triggered_again()
    {
        await using var running = await _bench
            .Scheduler.Manual("flow", _bench.Waiting(_gate), Stage.Start)
            .StartAsync();
        await running.TriggerAsync("flow");
        Assert.Equal(
            (FlowStatus.Running, 1L),
            (running.Status("flow")!.Status, running.Status("flow")!.RunCount)
        );
        var refusal = await Assert.ThrowsAsync<CanoException>(() => running.TriggerAsync("flow"));
        Assert.Equal(
            ("workflow", "Flow 'flow' is already running"),
            (refusal.Error.Category, refusal.Error.Message)
        );
        Assert.Equal(1, running.Status("flow")!.RunCount);
        _gate.Open();
        await running.RestAsync("flow", 1);
        Assert.Equal(1, _bench.Trail.CountOf("run"));
    }

    [Fact]
    [Trait("ID", "Q6"), Trait("ID", "Q18")]
    public async Task Of_many_triggers_at_once_one_starts_the_flow_and_none_waits_in_a_queue()
    {
        await using var running = await _bench
            .Scheduler.Manual("flow", _bench.Waiting(_gate), Stage.Start)
            .StartAsync();
        var asked = await Task.WhenAll(
            Enumerable
                .Range(0, 32)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        try
                        {
                            await running.TriggerAsync("flow");
                            return 1;
                        }
                        catch (CanoException)
                        {
                            return 0;
                        }
                    })
                )
        );
        Assert.Equal(1, asked.Sum());
        _gate.Open();
        await running.RestAsync("flow", 1);
        Assert.Equal(1, _bench.Trail.CountOf("run"));
    }

    [Fact]
    [Trait("ID", "Q10")]
    public async Task An_unknown_flow_is_refused()
    {
        await using var running = await _bench.Scheduler.StartAsync();
        foreach (
            var ask in new Func<Task>[]
            {
                () => running.TriggerAsync("x"),
                () => running.ResetFlowAsync("x"),
                () => running.CancelFlowAsync("x"),
            }
        )
        {
            var error = (await Assert.ThrowsAsync<CanoException>(ask)).Error;
            Assert.Equal(("workflow", "No workflow registered with id 'x'"), (error.Category, error.Message));
        }

        Assert.Null(running.Status("x"));
        Assert.Empty(running.List());
    }

    [Fact]
    [Trait("ID", "Q12")]
    public async Task A_cancelled_flow_is_idle_its_streak_stays_and_its_schedule_goes_on()
    {
        var attempt = 0;
        var work = _bench
            .Marking()
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    if (++attempt == 1)
                        throw new IOException("down");
                    await _gate.PassAsync(token);
                    return Stage.End;
                },
                TaskConfig.Minimal
            );
        await using var running = await _bench
            .Scheduler.EverySeconds("flow", work, Stage.Start, 30)
            .SetBackoff("flow", Bench.Doubling)
            .StartAsync();
        await running.RestAsync("flow", 1);
        await running.TriggerAsync("flow");
        await _gate.Entered;
        Assert.True(running.HasRunningFlows);
        await running.CancelFlowAsync("flow");
        var info = running.Status("flow")!;
        Assert.Equal(
            (FlowStatus.Idle, 1, _bench.Time.GetUtcNow().AddSeconds(30)),
            (info.Status, info.FailureStreak, info.NextOccurrence)
        );
        Assert.False(running.HasRunningFlows);
    }

    [Fact]
    [Trait("ID", "Q12")]
    public async Task Cancelling_an_idle_flow_does_nothing()
    {
        await using var running = await _bench
            .Scheduler.Manual("flow", _bench.Marking(), Stage.Start)
            .StartAsync();
        await running.CancelFlowAsync("flow");
        Assert.Equal(FlowStatus.Completed, (await running.RunAsync("flow")).Status);
        await running.CancelFlowAsync("flow");
        Assert.Equal(FlowStatus.Completed, running.Status("flow")!.Status);
    }

    [Theory]
    [Trait("ID", "Q12")]
    [InlineData(false, FlowStatus.Idle)]
    [InlineData(true, FlowStatus.Backoff)]
    public async Task A_cancelled_saga_is_undone_and_a_dirty_rollback_is_a_failure(
        bool isDirty,
        FlowStatus expected
    )
    {
        var work = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation(
                Stage.Start,
                (_, _) => new ValueTask<(Stage, int)>((Stage.Work, 7)),
                (_, output, _) =>
                {
                    _bench.Trail.Add($"undo {output}");
                    return isDirty ? throw new IOException("stuck") : default;
                }
            )
            .Register(
                Stage.Work,
                async (_, token) =>
                {
                    await _gate.PassAsync(token);
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);
        await using var running = await _bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync();
        await running.TriggerAsync("flow");
        await _gate.Entered;
        await running.CancelFlowAsync("flow");
        Assert.Equal(["undo 7"], _bench.Trail.Marks);
        Assert.Equal(
            (expected, isDirty ? 1 : 0),
            (running.Status("flow")!.Status, running.Status("flow")!.FailureStreak)
        );
    }

    [Fact]
    [Trait("ID", "Z7")]
    public async Task A_cancel_right_after_the_trigger_is_not_lost()
    {
        for (var round = 0; round < 200; round++)
        {
            var gate = new Gate();
            await using var running = await _bench
                .Scheduler.Manual("flow", _bench.Waiting(gate), Stage.Start)
                .StartAsync();
            await running.TriggerAsync("flow");
            // The gate never opens: only the cancel ends the run, even if it comes before the body has begun.
            await running.CancelFlowAsync("flow").WaitAsync(TimeSpan.FromMinutes(1));
            Assert.Equal(FlowStatus.Idle, running.Status("flow")!.Status);
        }
    }

    [Fact]
    [Trait("ID", "Q19")]
    public async Task Flows_are_listed_in_the_order_of_registration()
    {
        await using var running = await _bench
            .Scheduler.Manual("z", _bench.Marking(), Stage.Start)
            .EveryHours("a", _bench.Waiting(_gate), Stage.Start, 1)
            .Manual("m", _bench.Marking(), Stage.Start)
            .StartAsync();
        await _gate.Entered;
        Assert.Equal(
            [("z", FlowStatus.Idle), ("a", FlowStatus.Running), ("m", FlowStatus.Idle)],
            running.List().Select(flow => (flow.Id, flow.Status))
        );
        Assert.True(running.HasRunningFlows);
    }

    [Fact]
    [Trait("ID", "Q3")]
    public async Task Each_run_of_a_flow_has_an_id_of_its_own()
    {
        var work = _bench
            .Marking()
            .Register(
                Stage.Start,
                context =>
                {
                    _bench.Trail.Add(context.RunId);
                    return Stage.End;
                }
            );
        await using var running = await _bench
            .Scheduler.Every("flow", work, Stage.Start, TimeSpan.FromSeconds(30))
            .StartAsync();
        await running.RestAsync("flow", 1);
        await running.RunAsync("flow");
        _bench.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(
            [
                "flow/2026-03-01T00:00:30.0000000Z",
                "flow/2026-03-01T00:00:30.0000001Z",
                "flow/2026-03-01T00:01:00.0000000Z",
            ],
            _bench.Trail.Marks
        );
    }
}
