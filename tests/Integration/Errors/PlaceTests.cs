namespace Cano.Integration.Errors;

public sealed class PlaceTests
{
    private static readonly TaskConfig s_twice = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero);

    [Fact]
    [Trait("ID", "C6")]
    public async Task An_error_tells_its_state_and_the_path_that_led_there()
    {
        var workflow = new Trail()
            .Through(Stage.Start, Stage.Work, Stage.Next, Stage.End)
            .RegisterRouter(Stage.Work, _ => Stage.Next)
            .Register(Stage.Next, _ => throw new IOException("disk"), TaskConfig.Minimal);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal("Next", error.State);
        Assert.Equal(["Start", "Work", "Next"], error.Path);
    }

    [Fact]
    [Trait("ID", "C6")]
    public async Task A_state_that_is_visited_twice_stands_twice_in_the_path()
    {
        var count = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                _ => ++count < 3 ? Stage.Start : throw new IOException(),
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["Start", "Start", "Start"], error.Path);
    }

    [Fact]
    [Trait("ID", "Y15")]
    public async Task The_path_keeps_the_most_recent_64_states()
    {
        var workflow = Workflow.Bare<int>().AddExitState(-1);
        for (var i = 0; i < 100; i++)
        {
            var next = i + 1;
            workflow = workflow.Register(
                i,
                _ => next < 100 ? next : throw new IOException(),
                TaskConfig.Minimal
            );
        }

        var error = await Failures.OfAsync(workflow.OrchestrateAsync(0));
        Assert.Equal(Enumerable.Range(36, 64).Select(i => $"{i}"), error.Path);
    }

    [Fact]
    [Trait("ID", "C7")]
    public async Task An_error_of_exhausted_retries_counts_its_attempts()
    {
        var error = await Failures.OfAsync(Failing(s_twice, () => new IOException("disk")));
        Assert.Equal(2, error.Attempt);
        Assert.Equal("retry_exhausted", error.Category);
    }

    [Fact]
    [Trait("ID", "C7")]
    public async Task An_error_of_a_single_attempt_has_attempt_one() =>
        Assert.Equal(
            1,
            (await Failures.OfAsync(Failing(TaskConfig.Minimal, () => new IOException("disk")))).Attempt
        );

    [Fact]
    [Trait("ID", "C7"), Trait("ID", "N8")]
    public async Task A_refusal_by_the_tasks_own_breaker_is_not_retried_and_has_no_attempt()
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(FailureThreshold: 1));
        breaker.Acquire().Failure();
        var error = await Failures.OfAsync(
            Failing(s_twice.WithCircuitBreaker(breaker), () => new IOException("disk"))
        );
        Assert.Equal("circuit_open", error.Category);
        Assert.Equal(0, error.Attempt);
    }

    [Fact]
    [Trait("ID", "C7")]
    public async Task A_cancelled_run_has_no_attempt_at_fault()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var error = await Failures.OfAsync(
            new Trail().Through(Stage.Start, Stage.End).OrchestrateAsync(Stage.Start, cancel.Token)
        );
        Assert.Equal(0, error.Attempt);
    }

    [Fact]
    [Trait("ID", "C3"), Trait("ID", "C5"), Trait("ID", "Y24")]
    public async Task The_source_of_exhausted_retries_is_the_last_attempts_error()
    {
        var count = 0;
        var error = await Failures.OfAsync(Failing(s_twice, () => new IOException($"try {++count}")));
        Assert.Equal("task_execution", error.Source!.Category);
        Assert.Equal("IOException: try 2", error.Source.Message);
        Assert.Null(error.Source.Source);
        Assert.Empty(error.Errors);
    }

    [Fact]
    [Trait("ID", "C12")]
    public async Task An_error_with_a_place_shows_it()
    {
        var error = await Failures.OfAsync(Failing(TaskConfig.Minimal, () => new IOException("disk")));
        Assert.Equal("state=Start attempt=1 path=[Start] caused by: IOException: disk", error.ToString());
    }

    [Fact]
    [Trait("ID", "C12")]
    public async Task The_exception_shows_what_its_error_shows()
    {
        var thrown = await Assert.ThrowsAsync<CanoException>(() =>
            Failing(TaskConfig.Minimal, () => new IOException("disk"))
        );
        Assert.Equal(thrown.Error.ToString(), thrown.Message);
    }

    [Fact]
    [Trait("ID", "A18"), Trait("ID", "Y23")]
    public async Task Any_exception_of_a_body_becomes_a_task_execution_error_and_stays_inside()
    {
        var cause = new InvalidOperationException("boom");
        var thrown = await Assert.ThrowsAsync<CanoException>(() => Failing(TaskConfig.Minimal, () => cause));
        Assert.Equal("task_execution", thrown.Error.Category);
        Assert.Equal("InvalidOperationException: boom", thrown.Error.Message);
        Assert.Same(cause, thrown.InnerException);
    }

    [Fact]
    [Trait("ID", "A19"), Trait("ID", "Y23")]
    public async Task Every_exception_is_retried_and_the_last_one_stays_inside()
    {
        var made = new List<Exception>();
        var thrown = await Assert.ThrowsAsync<CanoException>(() =>
            Failing(
                s_twice,
                () =>
                {
                    made.Add(new InvalidOperationException("boom"));
                    return made[^1];
                }
            )
        );
        Assert.Equal(2, made.Count);
        Assert.Same(made[1], thrown.InnerException);
    }

    [Theory]
    [Trait("ID", "Y23")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_exception_that_a_retry_made_good_is_not_inside_a_later_failure(bool isSameState)
    {
        var tried = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                _ =>
                    ++tried == 1 ? throw new IOException("once")
                    : isSameState ? Stage.Lost
                    : Stage.Work,
                s_twice
            )
            .Register(Stage.Work, _ => Stage.Lost)
            .AddExitState(Stage.End);
        var thrown = await Assert.ThrowsAsync<CanoException>(() => workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal("No task registered for state: Lost", thrown.Error.Message);
        Assert.Null(thrown.InnerException);
    }

    [Fact]
    [Trait("ID", "C11")]
    public async Task A_missing_key_of_the_store_fails_the_task_with_category_store()
    {
        var workflow = Workflow
            .Create<Stage>(new Resources().Insert("store", new MemoryStore()))
            .Register(Stage.Start, context => context.Store.Get<Stage>("next"), TaskConfig.Minimal)
            .AddExitState(Stage.End);
        Assert.Equal("store", (await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start))).Category);
    }

    [Fact]
    [Trait("ID", "C10"), Trait("ID", "Y24")]
    public async Task An_error_outside_any_state_has_no_state_and_an_empty_path()
    {
        var error = await Failures.OfAsync(
            new Trail()
                .Through(Stage.Start, Stage.End)
                .WithCheckpointStore(new MemoryCheckpointStore())
                .ResumeFromAsync("none")
        );
        Assert.Null(error.State);
        Assert.Equal(0, error.Attempt);
        Assert.Empty(error.Path);
    }

    [Fact]
    [Trait("ID", "C10"), Trait("ID", "Y24")]
    public async Task No_refused_resume_has_a_state_or_a_path()
    {
        var store = new MemoryCheckpointStore();
        await Interrupted.AtAsync(Stage.Work, store, "run");
        var whole = new Trail().Through(Stage.Start, Stage.Work, Stage.End);
        Workflow<Stage>[] refused =
        [
            whole,
            whole.WithCheckpointStore(store).WithWorkflowVersion(2),
            whole.WithCheckpointStore(store).WithName("other"),
            new Trail().Through(Stage.Start, Stage.End).WithCheckpointStore(store),
        ];
        string[] categories = ["configuration", "workflow_version_mismatch", "workflow", "workflow"];
        foreach (var (workflow, category) in refused.Zip(categories))
        {
            var error = await Failures.OfAsync(workflow.ResumeFromAsync("run"));
            Assert.Equal((category, null, 0), (error.Category, error.State, error.Attempt));
            Assert.Empty(error.Path);
        }
    }

    private static Task<Stage> Failing(TaskConfig config, Func<Exception> make) =>
        Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => throw make(), config)
            .AddExitState(Stage.End)
            .OrchestrateAsync(Stage.Start);
}
