using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Cano.Integration.Scheduling;
using Cano.Integration.Steps.Waits;
using Cano.Testing;

namespace Cano.Integration.Guests;

/// <summary>What flows with a caller reaches the bodies of its own run, and nobody else.</summary>
public sealed class FlowTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(1);
    private static readonly AsyncLocal<string?> s_local = new();

    public static TheoryData<string> Kinds => [.. EveryKind.Names];

    [Fact]
    [Trait("ID", "X5")]
    public async Task Scheduled_runs_carry_nothing_of_who_triggered_one_of_them()
    {
        var virtualTime = new VirtualTime();
        var (time, seen) = (new FlowingTime(virtualTime), new ConcurrentQueue<string>());
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                _ =>
                {
                    seen.Enqueue(
                        $"{s_local.Value} {Activity.Current?.OperationName} {CultureInfo.CurrentCulture.Name}"
                    );
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(time);
        await using var running = await new Scheduler(time)
            .Every("flow", workflow, Stage.Start, s_second * 60)
            .StartAsync();
        // Such a flow runs at once; while it does, a trigger would start no other.
        await running.RestAsync("flow", 1);
        await Task.Run(async () =>
        {
            s_local.Value = "request";
            using var activity = new Activity("request").Start();
            CultureInfo.CurrentCulture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            CultureInfo.CurrentCulture.NumberFormat.NegativeSign = "minus";
            await running.TriggerAsync("flow");
        });
        await running.RestAsync("flow", 2);
        for (var runs = 3; runs < 6; runs++)
        {
            virtualTime.Advance(s_second * 60);
            await running.RestAsync("flow", runs);
        }

        Assert.All(seen, what => Assert.Equal("  ", what));
        Assert.Equal(5, seen.Count);
        Assert.Empty(time.Carried);
    }

    [Theory]
    [Trait("ID", "X5")]
    [MemberData(nameof(Kinds))]
    public async Task Timers_carry_nothing_and_a_body_of_any_kind_sees_what_flows_with_its_caller(string kind)
    {
        var (time, seen) = (new FlowingTime(TimeProvider.System), new ConcurrentQueue<string?>());
        var config = TaskConfig.Minimal.WithFixedRetry(1, s_soon).WithAttemptTimeout(s_second * 60);
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, FailingOnce, config)
            .RegisterTimer(Stage.Next, s_soon, Stage.Last)
            .RegisterSplit(
                Stage.Last,
                [CanoTask.From<Stage>("branch", FailingOnce, config)],
                JoinConfig.Create(JoinStrategy.All, Stage.Work).WithTimeout(s_second * 60)
            )
            .RegisterKind(
                kind,
                (Stage.Work, Stage.End),
                (_, _) =>
                {
                    seen.Enqueue(s_local.Value);
                    return Task.CompletedTask;
                }
            )
            .AddExitState(Stage.End)
            .WithTotalTimeout(s_second * 600)
            .WithTimeProvider(time);
        await workflow.AllowAsync(kind);
        s_local.Value = "caller";
        var run = workflow.OrchestrateAsync(Stage.Start, Waiters.RunId);
        s_local.Value = null;
        Assert.Equal(Stage.End, await run.Soon());
        Assert.NotEmpty(seen);
        Assert.All(seen, what => Assert.Equal("caller", what));
        Assert.Empty(time.Carried);

        ValueTask<Stage> FailingOnce(TaskContext context, CancellationToken token)
        {
            seen.Enqueue(s_local.Value);
            return context.Attempt == 1 ? throw new IOException() : new(Stage.Next);
        }
    }

    /// <summary>A clock whose timers take along what flows, as the platform's do.</summary>
    private sealed class FlowingTime(TimeProvider inner) : TimeProvider
    {
        /// <summary>What timers took along.</summary>
        public ConcurrentQueue<string> Carried { get; } = [];

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(
            TimerCallback callback,
            object? state,
            TimeSpan dueTime,
            TimeSpan period
        )
        {
            if (ExecutionContext.Capture() is not { } flow)
                return inner.CreateTimer(callback, state, dueTime, period);
            Carried.Enqueue(new StackTrace().ToString());
            return inner.CreateTimer(
                it => ExecutionContext.Run(flow, state => callback(state), it),
                state,
                dueTime,
                period
            );
        }
    }
}
