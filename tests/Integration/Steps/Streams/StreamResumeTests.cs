using Cano.Testing;

namespace Cano.Integration.Steps.Streams;

/// <summary>Where a stream goes on after a crash or a cancel.</summary>
public sealed class StreamResumeTests
{
    private static readonly string[] s_windows = ["flush 1 2", "flush 3 4", "flush 5"];

    private readonly Trail _trail = new();

    public static TheoryData<int, CrashPoint> EveryPoint => CrashPoints.Of(1, s_windows.Length + 2);

    [Theory]
    [Trait("ID", "M10")]
    [MemberData(nameof(EveryPoint))]
    public async Task A_crash_loses_only_the_window_that_was_not_committed(int append, CrashPoint point)
    {
        var inner = new MemoryCheckpointStore();
        var crashing = new CrashingCheckpointStore(inner, append, point);
        await Failures.OfAsync(Of(crashing).OrchestrateAsync(Stage.Start, "run"));
        var begun = (await inner.LoadRunAsync("run")).Count > 0;
        var run = begun ? Of(inner).ResumeFromAsync("run") : Of(inner).OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(Stage.End, await run);

        // Append n + 2 commits window n.
        var lost = append - 2;
        var again =
            point == CrashPoint.BeforeAppend && lost >= 0 && lost < s_windows.Length ? s_windows[lost] : null;
        foreach (var window in s_windows)
            Assert.Equal(window == again ? 2 : 1, _trail.CountOf(window));
        Assert.Equal(
            _trail.Marks.Count(mark => mark.StartsWith("open", StringComparison.Ordinal)),
            _trail.CountOf("disposed")
        );
    }

    [Theory]
    [Trait("ID", "M10")]
    [InlineData(2, "open none")]
    [InlineData(3, "open 2")]
    [InlineData(5, "open 5")]
    public async Task A_resume_opens_the_source_at_the_last_committed_cursor(int append, string opened)
    {
        var inner = new MemoryCheckpointStore();
        var crashing = new CrashingCheckpointStore(inner, append, CrashPoint.BeforeAppend);
        await Failures.OfAsync(Of(crashing).OrchestrateAsync(Stage.Start, "run"));
        await Of(inner).ResumeFromAsync("run");
        var opens = _trail.Marks.Where(mark => mark.StartsWith("open", StringComparison.Ordinal));
        Assert.Equal(["open none", opened], opens);
    }

    [Fact]
    [Trait("ID", "M10")]
    public async Task A_cancel_and_a_resume_give_no_duplicates()
    {
        using var cancel = new CancellationTokenSource();
        var store = new MemoryCheckpointStore();
        var gate = new Gate();
        var held = new Reading(5, _trail)
        {
            Before = (item, token) => item == 4 ? gate.PassAsync(token) : Task.CompletedTask,
        };
        var run = Streaming
            .In(held)
            .WithCheckpointStore(store)
            .OrchestrateAsync(Stage.Start, "run", cancel.Token);
        await gate.Entered;
        await cancel.CancelAsync();
        await Failures.OfAsync(run);
        Assert.Equal(Stage.End, await Of(store).ResumeFromAsync("run"));
        Assert.Equal(
            ["flush 1 2", "flush 3", "flush 4 5"],
            _trail.Marks.Where(mark => mark.StartsWith("flush", StringComparison.Ordinal))
        );
    }

    [Fact]
    [Trait("ID", "Y47")]
    public async Task A_stream_that_is_told_to_rest_flushes_no_window_that_is_not_full()
    {
        var gate = new Gate();
        var held = new Reading(5, _trail)
        {
            Before = (item, token) => item == 4 ? gate.PassAsync(token) : Task.CompletedTask,
        };
        await using var engine = await CanoEngine.OpenAsync(new MemoryCheckpointStore());
        var workflow = Streaming.In(held).WithName("stream");
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "run").Soon();
        await gate.Entered.Soon();
        Assert.True((await engine.SuspendAsync().Soon()).Clean);
        gate.Open();
        await foreach (var _ in engine.ResumeAsync()) { }
        Assert.Equal(Stage.End, await run.Completion().Soon());
        // A window has one key, and what it holds under that does not change.
        Assert.Equal(
            s_windows,
            _trail.Marks.Where(mark => mark.StartsWith("flush", StringComparison.Ordinal))
        );
        Assert.Equal(1, _trail.CountOf("close Cancelled"));
    }

    [Fact]
    [Trait("ID", "Y47")]
    public async Task A_stream_that_is_told_to_rest_flushes_a_window_that_is_full()
    {
        var gate = new Gate();
        var held = new Reading(5, _trail)
        {
            Processing = (_, item, _) => item == 4 ? gate.PassAsync(default) : Task.CompletedTask,
        };
        await using var engine = await CanoEngine.OpenAsync(new MemoryCheckpointStore());
        var workflow = Streaming.In(held).WithName("stream");
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "run").Soon();
        await gate.Entered.Soon();
        var resting = engine.SuspendAsync();
        gate.Open();
        Assert.True((await resting.Soon()).Clean);
        Assert.Equal(1, _trail.CountOf("flush 3 4"));
        await foreach (var _ in engine.ResumeAsync()) { }
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(1, _trail.CountOf("flush 3 4"));
        Assert.Equal(1, _trail.CountOf("4"));
    }

    [Theory]
    [Trait("ID", "Y7")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_loop_back_to_a_stream_opens_its_source_from_the_beginning(bool journaled)
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStream(Stage.Start, new Reading(2, _trail))
            .Register(Stage.End, _ => _trail.CountOf("close Exhausted") < 2 ? Stage.Start : Stage.Stop)
            .AddExitState(Stage.Stop);
        if (journaled)
            workflow = workflow.WithCheckpointStore(new MemoryCheckpointStore());
        Assert.Equal(Stage.Stop, await workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal((2, 2), (_trail.CountOf("open none"), _trail.CountOf("flush 1 2")));
    }

    [Fact]
    [Trait("ID", "L12")]
    public async Task A_cursor_that_cannot_be_read_fails_the_run_before_the_source_is_opened()
    {
        var store = new KeepingStore();
        var texts = Workflow
            .Bare<Stage>()
            .RegisterStepped<string>(
                Stage.Start,
                (_, cursor, _) => cursor.HasValue ? throw new IOException() : new(StepOutcome.More("three")),
                TaskConfig.Minimal
            )
            .AddExitStates(Stage.End, Stage.Stop)
            .WithCheckpointStore(store);
        await Failures.OfAsync(texts.OrchestrateAsync(Stage.Start, "run"));
        var error = await Failures.OfAsync(Of(store).ResumeFromAsync("run"));
        Assert.Contains(
            "deserialize cursor for `Reading`: run 'run'",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Empty(_trail.Marks);
    }

    [Fact]
    public async Task The_effect_key_of_a_window_is_the_same_when_it_is_replayed_and_different_for_every_window()
    {
        var keys = new List<string>();
        var inner = new MemoryCheckpointStore();
        Workflow<Stage> Noting(ICheckpointStore store) =>
            Streaming
                .In(
                    new Reading(4, _trail)
                    {
                        Flushing = (context, _, _) =>
                        {
                            keys.Add(context.EffectKey);
                            return Task.FromResult<WindowOutcome<Stage>>(WindowOutcome.Continue);
                        },
                    }
                )
                .WithCheckpointStore(store);
        var crashing = new CrashingCheckpointStore(inner, 3, CrashPoint.BeforeAppend);
        await Failures.OfAsync(Noting(crashing).OrchestrateAsync(Stage.Start, "run"));
        await Noting(inner).ResumeFromAsync("run");
        Assert.Equal(["run/k/0/s0", "run/k/0/s1", "run/k/0/s1"], EffectKeys.Told(keys));
    }

    private Workflow<Stage> Of(ICheckpointStore store) =>
        Streaming.In(new Reading(5, _trail)).WithCheckpointStore(store);
}
