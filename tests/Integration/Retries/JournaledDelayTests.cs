using Cano.Testing;

namespace Cano.Integration.Retries;

public sealed class JournaledDelayTests
{
    private readonly VirtualTime _time = new();
    private readonly KeepingStore _store = new();
    private readonly List<string> _attempts = [];

    [Fact]
    [Trait("ID", "Y8")]
    public async Task A_delay_of_a_second_or_more_is_journaled()
    {
        await Failures.OfAsync(
            _time.DriveAsync(() => Failing(TimeSpan.FromSeconds(1)).OrchestrateAsync(Stage.Start, "run"))
        );
        Assert.Equal(
            ["StateEntered Start", "WaitStarted Start", "WaitStarted Start", "Failed Start"],
            _store.Story
        );
        Assert.Equal([0, 0, 0, 0], _store.Rows.Select(row => row.Visit));
    }

    [Fact]
    [Trait("ID", "Y8")]
    public async Task A_shorter_delay_is_not_journaled()
    {
        await Failures.OfAsync(
            _time.DriveAsync(() =>
                Failing(TimeSpan.FromMilliseconds(999)).OrchestrateAsync(Stage.Start, "run")
            )
        );
        Assert.Equal(["StateEntered Start", "Failed Start"], _store.Story);
    }

    [Fact]
    [Trait("ID", "Y8"), Trait("ID", "D4")]
    public async Task A_routers_delay_is_not_journaled()
    {
        var time = new VirtualTime();
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterRouter(Stage.Start, new SlowRouter())
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store)
            .WithTimeProvider(time);
        await Failures.OfAsync(time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start, "run")));
        Assert.Equal(["StateEntered Start", "Failed Start"], _store.Story);
    }

    [Fact]
    [Trait("ID", "Y8")]
    public async Task Delays_of_branches_are_not_journaled()
    {
        var slow = CanoTask.From<Stage>(
            "slow",
            (_, _) => throw new IOException(),
            TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.FromMinutes(1))
        );
        var workflow = Branches
            .Split(Branches.Joining(JoinStrategy.All), _ => { }, slow)
            .WithCheckpointStore(_store)
            .WithTimeProvider(_time);
        await Failures.OfAsync(_time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start, "run")));
        Assert.Equal(["StateEntered Start", "Failed Start"], _store.Story);
    }

    [Theory]
    [Trait("ID", "Y8")]
    [InlineData(0, 60)]
    [InlineData(20, 40)]
    [InlineData(60, 0)]
    [InlineData(600, 0)]
    public async Task A_resume_waits_only_what_is_left_and_goes_on_with_the_next_attempt(int away, int left)
    {
        await InterruptAsync();
        _time.Advance(TimeSpan.FromSeconds(away));
        var resumed = _time.GetUtcNow();
        var error = await Failures.OfAsync(
            _time.DriveAsync(() => Failing(TimeSpan.FromSeconds(60)).ResumeFromAsync("run"))
        );
        Assert.Equal(
            [
                $"1 at {Start}",
                $"2 at {resumed.AddSeconds(left):T}",
                $"3 at {resumed.AddSeconds(left + 60):T}",
            ],
            _attempts
        );
        Assert.Equal(3, error.Attempt);
    }

    [Fact]
    [Trait("ID", "Y8")]
    public async Task A_resume_from_a_delay_writes_no_fresh_row_for_its_state()
    {
        await InterruptAsync();
        await Failures.OfAsync(
            _time.DriveAsync(() => Failing(TimeSpan.FromSeconds(60)).ResumeFromAsync("run"))
        );
        Assert.Equal(
            ["StateEntered Start", "WaitStarted Start", "WaitStarted Start", "Failed Start"],
            _store.Story
        );
    }

    [Fact]
    [Trait("ID", "J13"), Trait("ID", "Y8")]
    public async Task Of_listed_delays_those_of_a_second_or_more_are_journaled_and_a_resume_goes_on_in_the_list()
    {
        Workflow<Stage> Listed() =>
            Failing(TaskConfig.Minimal.WithRetry(RetryMode.Delays(Seconds(0.5), Seconds(60), Seconds(5))));
        using var cancel = new CancellationTokenSource();
        var run = Listed().OrchestrateAsync(Stage.Start, "run", cancel.Token);
        await _time.WhenWaitingAsync();
        _time.Advance(Seconds(0.5));
        await _time.WhenWaitingAsync();
        await cancel.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
        _time.Advance(Seconds(20));
        var resumed = _time.GetUtcNow();
        await Failures.OfAsync(_time.DriveAsync(() => Listed().ResumeFromAsync("run")));
        Assert.Equal(
            [$"3 at {resumed.AddSeconds(40):T}", $"4 at {resumed.AddSeconds(45):T}"],
            _attempts[2..]
        );
        Assert.Equal(
            ["StateEntered Start", "WaitStarted Start", "WaitStarted Start", "Failed Start"],
            _store.Story
        );
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static string Start => $"{new VirtualTime().GetUtcNow():T}";

    /// <summary>Leaves a run waiting for its second attempt: its caller gives up.</summary>
    private async Task InterruptAsync()
    {
        using var cancel = new CancellationTokenSource();
        var run = Failing(TimeSpan.FromSeconds(60)).OrchestrateAsync(Stage.Start, "run", cancel.Token);
        await _time.WhenWaitingAsync();
        await cancel.CancelAsync();
        Assert.Equal("cancelled", (await Failures.OfAsync(run)).Category);
    }

    private Workflow<Stage> Failing(TimeSpan delay) => Failing(TaskConfig.Minimal.WithFixedRetry(2, delay));

    private Workflow<Stage> Failing(TaskConfig config) =>
        Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context =>
                {
                    _attempts.Add($"{context.Attempt} at {_time.GetUtcNow():T}");
                    throw new IOException("busy");
                },
                config
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store)
            .WithTimeProvider(_time);

    private sealed class SlowRouter : IRouterTask<Stage>
    {
        public TaskConfig Config => TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromMinutes(1));

        public ValueTask<Stage> RouteAsync(TaskContext context, CancellationToken cancellationToken) =>
            throw new IOException();
    }
}
