using Cano.Integration.Steps.Batches;
using Cano.Integration.Steps.Stepped;
using Cano.Integration.Steps.Streams;
using Cano.Integration.Steps.Timers;
using Cano.Testing;

namespace Cano.Integration.Steps;

/// <summary>A cancel that finds work under way.</summary>
public sealed class CancelledWorkTests : IDisposable
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _cancel = new();
    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    public void Dispose() => _cancel.Dispose();

    [Fact]
    [Trait("ID", "I8")]
    public async Task A_poll_under_way_is_told() => await AssertCancelledAsync(Working("poll"));

    [Fact]
    [Trait("ID", "I8")]
    public async Task A_polls_delay_ends_at_once_and_it_does_not_ask_again()
    {
        await AssertCancelledAsync(Workflow.Bare<Stage>().RegisterPoll(Stage.Start, Pending));
        Assert.Equal(["poll"], _trail.Marks);

        ValueTask<PollOutcome<Stage>> Pending(TaskContext context, CancellationToken token)
        {
            _trail.Add("poll");
            return new(PollOutcome.Pending(s_hour));
        }
    }

    [Fact]
    [Trait("ID", "I8")]
    public async Task A_poll_that_forgives_errors_does_not_forgive_a_cancel()
    {
        await AssertCancelledAsync(
            Workflow.Bare<Stage>().Register(Stage.Start, new Forgiving(_gate, _trail))
        );
        Assert.Equal(["poll"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "I8")]
    public async Task A_timers_wait_ends_at_once_and_nothing_comes_after()
    {
        var timer = new MarkingTimer(TimerOutcome.After(s_hour), _trail, () => 0);
        await AssertCancelledAsync(Workflow.Bare<Stage>().Register(Stage.Start, timer));
        Assert.Equal(["wait at 0"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "I8")]
    public async Task What_comes_after_a_timers_wait_is_told() =>
        await AssertCancelledAsync(
            Workflow
                .Bare<Stage>()
                .Register(Stage.Start, new MarkingTimer(default, _trail, () => 0) { After = _gate.PassAsync })
        );

    [Fact]
    [Trait("ID", "I8")]
    public async Task The_load_of_a_batch_is_told() => await AssertCancelledAsync(Working("load"));

    [Fact]
    [Trait("ID", "I8")]
    public async Task The_items_of_a_batch_are_told_no_further_one_begins_and_it_is_not_finished()
    {
        var begun = 0;
        LambdaBatch? batch = null;
        batch = new LambdaBatch(["a", "b", "c"], HangAsync, _trail)
        {
            Concurrency = 2,
            ItemRetry = RetryMode.Fixed(5, TimeSpan.Zero),
        };
        await AssertCancelledAsync(Workflow.Bare<Stage>().Register(Stage.Start, batch));
        // Two work side by side, in whatever order they begin.
        Assert.Equal(["a", "b", "load"], _trail.Marks.Order());

        async ValueTask<string> HangAsync(string item)
        {
            await (Interlocked.Increment(ref begun) == 2 ? _gate : new Gate()).PassAsync(batch!.Token);
            return item;
        }
    }

    [Fact]
    [Trait("ID", "I8")]
    public async Task The_delay_before_an_items_retry_ends_at_once()
    {
        var batch = new LambdaBatch(["a"], _ => throw new IOException(), _trail)
        {
            ItemRetry = RetryMode.Fixed(5, s_hour),
        };
        await AssertCancelledAsync(Workflow.Bare<Stage>().Register(Stage.Start, batch));
        Assert.Equal(["load", "a"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "I8"), Trait("ID", "L13")]
    public async Task A_step_under_way_is_told_and_a_resume_begins_with_it()
    {
        var store = new KeepingStore();
        var steps = new CountingSteps(2, _trail)
        {
            Doing = (_, cursor, token) => cursor.Or(0) == 1 ? _gate.PassAsync(token) : Task.CompletedTask,
        };
        var workflow = Workflow.Bare<Stage>().RegisterStepped(Stage.Start, steps).WithCheckpointStore(store);
        await AssertCancelledAsync(workflow);
        _gate.Open();
        Assert.Equal(Stage.End, await workflow.AddExitState(Stage.End).ResumeFromAsync("run"));
        Assert.Equal(["none", "1", "1", "2"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "I8"), Trait("ID", "Y22")]
    public async Task A_step_that_is_done_after_the_cancel_is_not_lost()
    {
        var store = new KeepingStore();
        var steps = new CountingSteps(2, _trail)
        {
            Doing = (_, cursor, _) => cursor.Or(0) == 1 ? _gate.HoldAsync() : Task.CompletedTask,
        };
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStepped(Stage.Start, steps)
            .AddExitState(Stage.End)
            .WithCheckpointStore(store);
        var run = workflow.OrchestrateAsync(Stage.Start, "run", _cancel.Token);
        await _gate.Entered;
        await _cancel.CancelAsync();
        _gate.Open();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        Assert.Equal(["StateEntered Start", "CursorAdvanced Start", "CursorAdvanced Start"], store.Story);
    }

    [Fact]
    [Trait("ID", "I8")]
    public async Task A_cancel_between_two_steps_does_not_begin_the_second()
    {
        var steps = new CountingSteps(2, _trail)
        {
            Doing = (_, cursor, _) => cursor.Or(0) == 1 ? _cancel.CancelAsync() : Task.CompletedTask,
        };
        var workflow = Workflow.Bare<Stage>().RegisterStepped(Stage.Start, steps).AddExitState(Stage.End);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, _cancel.Token));
        Assert.Equal("cancelled", error.Category);
        Assert.Equal(["none", "1"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "I8")]
    public async Task A_streams_item_is_told()
    {
        var stream = new Reading(3, _trail) { Processing = (_, _, token) => _gate.PassAsync(token) };
        await AssertCancelledAsync(Workflow.Bare<Stage>().RegisterStream(Stage.Start, stream));
        Assert.Equal("open none, 1, close Cancelled, disposed", _trail.Text());
    }

    /// <summary>Cancels the run as soon as it is at the gate, or waits for its clock.</summary>
    /// <summary>Work of a kind that waits at the gate.</summary>
    private Workflow<Stage> Working(string kind) =>
        Workflow
            .Bare<Stage>()
            .RegisterKind(kind, (Stage.Start, Stage.End), (_, token) => _gate.PassAsync(token));

    private async Task AssertCancelledAsync(Workflow<Stage> workflow)
    {
        var run = workflow
            .AddExitState(Stage.End)
            .WithTimeProvider(_time)
            .OrchestrateAsync(Stage.Start, "run", _cancel.Token);
        await Task.WhenAny(_gate.Entered, _time.WhenWaitingAsync());
        await _cancel.CancelAsync();
        var error = await Failures.OfAsync(run);
        Assert.Equal(("cancelled", "Start", 0), (error.Category, error.State, error.Attempt));
        Assert.Equal(0, _time.WaitingCount);
        Assert.Equal(new VirtualTime().GetUtcNow(), _time.GetUtcNow());
    }

    private sealed class Forgiving(Gate gate, Trail trail) : IPollTask<Stage>
    {
        public PollErrorPolicy OnError => PollErrorPolicy.RetryOnError(int.MaxValue);

        public async ValueTask<PollOutcome<Stage>> PollAsync(
            TaskContext context,
            CancellationToken cancellationToken
        )
        {
            trail.Add("poll");
            await gate.PassAsync(cancellationToken);
            return PollOutcome.Pending(s_hour);
        }
    }
}
