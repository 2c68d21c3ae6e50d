using Cano.Integration.Steps.Batches;
using Cano.Integration.Steps.Streams;
using Cano.Testing;

namespace Cano.Integration.Retries;

/// <summary>What the program did wrong is told at once: no other try of the same program helps.</summary>
public sealed class MistakeTests
{
    private static readonly TaskConfig s_patient = TaskConfig.Minimal.WithFixedRetry(4, TimeSpan.FromDays(1));

    private static readonly Dictionary<string, Action> s_mistakes = new()
    {
        ["resource_not_found"] = () => new Resources().Get<string>("db"),
        ["resource_type_mismatch"] = () => new Resources().Insert("db", 1).Get<string>("db"),
        ["resource_duplicate_key"] = () => new Resources().Insert("db", 1).Insert("db", 2),
        ["store"] = () => new MemoryStore().Get<int>("count"),
        ["configuration"] = () => Workflow.Bare<Stage>().Validate(),
    };

    private readonly VirtualTime _time = new();
    private readonly RecordingObserver _observer = new();
    private readonly Trail _trail = new();

    public static TheoryData<string, string> KindsAndMistakes =>
        new()
        {
            { "task", "resource_not_found" },
            { "task", "resource_type_mismatch" },
            { "task", "resource_duplicate_key" },
            { "task", "store" },
            { "task", "configuration" },
            { "branch", "resource_not_found" },
            { "stepped", "resource_not_found" },
            { "compensatable", "resource_not_found" },
            { "poll", "resource_not_found" },
            { "load", "resource_not_found" },
        };

    [Theory]
    [Trait("ID", "F30")]
    [MemberData(nameof(KindsAndMistakes))]
    public async Task A_mistake_in_a_body_of_any_kind_is_told_at_once(string kind, string category)
    {
        var error = await FailAsync(kind, s_patient, s_mistakes[category]);
        Assert.Equal(["body"], _trail.Marks);
        Assert.DoesNotContain(_observer.Events, seen => seen.Hook == "OnRetry");
        Assert.Equal((category, 1), (error.Category, error.Attempt));
    }

    [Fact]
    [Trait("ID", "F30")]
    public async Task A_value_of_another_type_and_a_value_that_is_no_data_are_told_at_once()
    {
        var store = new MemoryStore();
        store.Put("count", "three");
        Assert.Equal("store", (await FailAsync("task", s_patient, () => store.Get<int>("count"))).Category);
        var durable = MemoryStore.Durable();
        Assert.Equal(
            "store",
            (await FailAsync("task", s_patient, () => durable.Put("at", (Delegate)_time.Advance))).Category
        );
        Assert.Equal(["body", "body"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "F30")]
    public async Task An_answer_that_cannot_be_meant_is_told_at_once()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterPoll(
                Stage.Start,
                (_, _) =>
                {
                    _trail.Add("body");
                    return default;
                },
                s_patient
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        var error = await Failures.OfAsync(_time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal(["body"], _trail.Marks);
        Assert.Equal("workflow", error.Category);
    }

    [Fact]
    [Trait("ID", "F30")]
    public async Task A_poll_and_a_stream_that_forgive_errors_forgive_no_mistake()
    {
        var poll = new ForgivingPoll(_trail);
        var polling = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, poll)
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        await Failures.OfAsync(_time.DriveAsync(() => polling.OrchestrateAsync(Stage.Start)));
        Assert.Equal(["poll"], _trail.Marks);

        var stream = new Reading(3, _trail)
        {
            OnItemError = ItemErrorPolicy.SkipAndContinue,
            Processing = (_, item, _) => item == 2 ? throw Missing() : Task.CompletedTask,
        };
        var streaming = Streaming.In(stream).WithTimeProvider(_time);
        var error = await Failures.OfAsync(_time.DriveAsync(() => streaming.OrchestrateAsync(Stage.Start)));
        Assert.Equal("resource_not_found", error.Category);
        Assert.Equal(["poll", "open none", "1", "2", "disposed"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "F30")]
    public async Task An_item_of_a_batch_that_meets_a_mistake_is_not_tried_again()
    {
        var batch = new LambdaBatch(["a"], item => throw Missing(), _trail)
        {
            ItemRetry = RetryMode.Fixed(4, TimeSpan.FromDays(1)),
        };
        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, batch)
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        await _time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(1, _trail.CountOf("a"));
        Assert.Equal("resource_not_found", Assert.Single(batch.Results).Error!.Category);
    }

    [Theory]
    [Trait("ID", "F30")]
    [InlineData("task")]
    [InlineData("branch")]
    public async Task A_mistake_says_nothing_about_what_the_breaker_guards(string kind)
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(FailureThreshold: 1), _time);
        await FailAsync(kind, s_patient.WithCircuitBreaker(breaker), s_mistakes["resource_not_found"]);
        Assert.Equal(CircuitState.Closed, breaker.State);
    }

    [Fact]
    [Trait("ID", "F30")]
    public async Task A_run_that_a_body_waits_for_is_tried_again_unless_it_failed_by_a_mistake()
    {
        var unmet = Nested(() => throw new IOException("busy"));
        Assert.Equal("workflow", (await Failures.OfAsync(unmet.OrchestrateAsync(Stage.Start))).Category);
        var error = await FailAsync("task", s_patient, () => End(unmet.OrchestrateAsync(Stage.Start)));
        Assert.Equal(("retry_exhausted", 5), (error.Category, error.Attempt));

        var mistaken = new Trail()
            .Through(Stage.Start, Stage.End)
            .Register(Stage.Start, _ => throw Missing(), s_patient);
        error = await FailAsync("task", s_patient, () => End(mistaken.OrchestrateAsync(Stage.Start)));
        Assert.Equal(("resource_not_found", 1), (error.Category, error.Attempt));
        Assert.Equal(6, _trail.CountOf("body"));
    }

    [Fact]
    [Trait("ID", "F30")]
    public async Task A_failure_of_a_programs_own_is_tried_again()
    {
        var error = await FailAsync(
            "task",
            s_patient,
            () => throw new CanoException(CanoError.Generic("the shop is shut"))
        );
        Assert.Equal(("retry_exhausted", 5), (error.Category, error.Attempt));
    }

    private static CanoException Missing() => new(CanoError.Of(Fault.NewResourceNotFound("db")));

    /// <summary>A workflow whose split's only branch fails, so that its join is not met.</summary>
    private static Workflow<Stage> Nested(Action body) =>
        Workflow
            .Bare<Stage>()
            .RegisterSplit(
                Stage.Start,
                [
                    CanoTask.From<Stage>(
                        "only",
                        (_, _) =>
                        {
                            body();
                            return new ValueTask<Stage>(Stage.End);
                        },
                        TaskConfig.Minimal
                    ),
                ],
                JoinConfig.Create(JoinStrategy.All, Stage.End)
            )
            .AddExitState(Stage.End);

    /// <summary>The end of a run that has ended, thrown as awaiting it throws it.</summary>
    private static void End(Task<Stage> run) => run.GetAwaiter().GetResult();

    private async Task<CanoError> FailAsync(string kind, TaskConfig config, Action body)
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterKind(
                kind,
                (Stage.Start, Stage.End),
                (_, _) =>
                {
                    _trail.Add("body");
                    body();
                    return Task.CompletedTask;
                },
                config
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time)
            .WithObserver(_observer);
        var error = await Failures.OfAsync(_time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start)));
        var end = _observer.Events.LastOrDefault(seen => seen.Hook == "OnTaskFailure");
        return end?.Error ?? error;
    }

    private sealed class ForgivingPoll(Trail trail) : IPollTask<Stage>
    {
        public PollErrorPolicy OnError => PollErrorPolicy.RetryOnError(5);

        public ValueTask<PollOutcome<Stage>> PollAsync(
            TaskContext context,
            CancellationToken cancellationToken
        )
        {
            trail.Add("poll");
            throw Missing();
        }
    }
}
