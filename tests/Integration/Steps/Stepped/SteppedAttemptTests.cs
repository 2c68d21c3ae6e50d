using Cano.Testing;

namespace Cano.Integration.Steps.Stepped;

/// <summary>Attempts, retries and effect keys of single steps.</summary>
public sealed class SteppedAttemptTests
{
    private readonly KeepingStore _store = new();
    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();
    private readonly List<string> _keys = [];

    [Fact]
    [Trait("ID", "L10")]
    public async Task Each_step_has_its_own_attempts_and_repeats_its_own_cursor()
    {
        var attempts = new List<int>();
        var steps = new CountingSteps(2, _trail)
        {
            Config = TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.Zero),
            Doing = (context, _, _) =>
            {
                attempts.Add(context.Attempt);
                return context.Attempt < 3 ? throw new IOException() : Task.CompletedTask;
            },
        };
        Assert.Equal(Stage.End, await Of(steps).OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(["none", "none", "none", "1", "1", "1", "2", "2", "2"], _trail.Marks);
        Assert.Equal([1, 2, 3, 1, 2, 3, 1, 2, 3], attempts);
    }

    [Fact]
    [Trait("ID", "L10")]
    public async Task A_step_that_spends_its_attempts_fails_the_run_and_a_resume_begins_there_afresh()
    {
        var steps = new CountingSteps(2, _trail)
        {
            Config = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero),
            Doing = (_, cursor, _) =>
                cursor.Or(0) == 1 && _trail.Marks.Count < 4 ? throw new IOException() : Task.CompletedTask,
        };
        var error = await Failures.OfAsync(Of(steps).OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(("retry_exhausted", 2), (error.Category, error.Attempt));
        Assert.Equal(Stage.End, await Of(steps).ResumeFromAsync("run"));
        Assert.Equal(["none", "1", "1", "1", "2"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "L10")]
    public async Task Stepped_work_has_the_default_retries_of_a_plain_task()
    {
        var run = Workflow
            .Bare<Stage>()
            .RegisterStepped<int>(Stage.Start, (context, _, _) => throw new IOException($"{context.Attempt}"))
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        var error = await Failures.OfAsync(_time.AloneAsync(() => run.OrchestrateAsync(Stage.Start)));
        Assert.Equal(("retry_exhausted", 4), (error.Category, error.Attempt));
    }

    [Fact]
    [Trait("ID", "L10")]
    public async Task An_attempt_timeout_is_that_of_one_step()
    {
        var steps = new CountingSteps(3, _trail)
        {
            Config = TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(2.5)),
            Doing = (_, cursor, token) => _time.PauseAsync(TimeSpan.FromSeconds(cursor.Or(0)), token),
        };
        var error = await Failures.OfAsync(
            _time.AloneAsync(() => Of(steps).OrchestrateAsync(Stage.Start, "run"))
        );
        Assert.Equal("timeout", error.Category);
        Assert.Equal(["none", "1", "2", "3"], _trail.Marks);
        Assert.Equal(0 + 1 + 2 + 2.5, (_time.GetUtcNow() - new VirtualTime().GetUtcNow()).TotalSeconds);
    }

    [Fact]
    [Trait("ID", "Y8")]
    public async Task A_resume_from_a_long_delay_goes_on_with_the_next_attempt_of_the_same_step()
    {
        var attempts = new List<string>();
        var steps = new CountingSteps(2, _trail)
        {
            Config = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromMinutes(1)),
            Doing = (context, cursor, _) =>
            {
                attempts.Add($"{cursor.Or(0)}:{context.Attempt}");
                return cursor.Or(0) == 1 && context.Attempt == 1
                    ? throw new IOException()
                    : Task.CompletedTask;
            },
        };
        using var cancel = new CancellationTokenSource();
        var run = Of(steps).OrchestrateAsync(Stage.Start, "run", cancel.Token);
        await _time.WhenWaitingAsync();
        await cancel.CancelAsync();
        await Failures.OfAsync(run);
        Assert.Equal(Stage.End, await _time.AloneAsync(() => Of(steps).ResumeFromAsync("run")));
        Assert.Equal(["0:1", "1:1", "1:2", "2:1"], attempts);
    }

    [Fact]
    public async Task The_effect_key_is_the_same_for_every_attempt_of_a_step_and_different_for_every_step()
    {
        var steps = new CountingSteps(2, _trail)
        {
            Config = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero),
            Doing = (context, _, _) => Note(context, fails: context.Attempt == 1),
        };
        await Of(steps).OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(
            ["run/k/0/s0", "run/k/0/s0", "run/k/0/s1", "run/k/0/s1", "run/k/0/s2", "run/k/0/s2"],
            EffectKeys.Told(_keys)
        );
    }

    [Fact]
    public async Task The_effect_key_of_a_step_is_the_same_after_a_resume_and_after_a_second_one()
    {
        var steps = new CountingSteps(3, _trail)
        {
            Doing = (context, cursor, _) => Note(context, fails: cursor.Or(0) == 2 && _keys.Count < 4),
        };
        await Failures.OfAsync(Of(steps).OrchestrateAsync(Stage.Start, "run"));
        await Failures.OfAsync(Of(steps).ResumeFromAsync("run"));
        await Of(steps).ResumeFromAsync("run");
        Assert.Equal(
            ["run/k/0/s0", "run/k/0/s1", "run/k/0/s2", "run/k/0/s2", "run/k/0/s2", "run/k/0/s3"],
            EffectKeys.Told(_keys)
        );
    }

    [Fact]
    public async Task The_effect_keys_of_a_second_visit_differ_from_those_of_the_first()
    {
        var steps = new CountingSteps(1, _trail)
        {
            Next = Stage.Work,
            Doing = (context, _, _) => Note(context, false),
        };
        await Of(steps)
            .Register(Stage.Work, _ => _keys.Count < 4 ? Stage.Start : Stage.End)
            .OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(["run/k/0/s0", "run/k/0/s1", "run/k/2/s0", "run/k/2/s1"], EffectKeys.Told(_keys));
    }

    private Task Note(TaskContext context, bool fails)
    {
        _keys.Add(context.EffectKey);
        return fails ? throw new IOException() : Task.CompletedTask;
    }

    private Workflow<Stage> Of(CountingSteps steps) =>
        Workflow
            .Bare<Stage>()
            .RegisterStepped(Stage.Start, steps)
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store)
            .WithTimeProvider(_time);
}
