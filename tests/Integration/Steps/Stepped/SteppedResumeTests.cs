using Cano.Testing;

namespace Cano.Integration.Steps.Stepped;

/// <summary>Which cursor a step begins with: after a crash, and after a loop back.</summary>
public sealed class SteppedResumeTests
{
    private const int Last = 3;
    private readonly Trail _trail = new();

    public static TheoryData<int, CrashPoint> EveryPoint => CrashPoints.Of(1, Last + 2);

    [Theory]
    [Trait("ID", "L13")]
    [MemberData(nameof(EveryPoint))]
    public async Task A_step_whose_successor_is_durable_never_runs_again(int append, CrashPoint point)
    {
        var inner = new MemoryCheckpointStore();
        var crashing = new CrashingCheckpointStore(inner, append, point);
        await Failures.OfAsync(Counting(crashing).OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(Stage.End, await GoOnAsync(Counting(inner), inner));

        // Append n + 1 is the successor of step n; the last step is followed by the exit's row.
        string[] steps = ["none", "1", "2", "3"];
        var again = append == 1 || point == CrashPoint.AfterAppend ? null : steps[append - 2];
        foreach (var step in steps)
            Assert.Equal(step == again ? 2 : 1, _trail.CountOf(step));
        Assert.Equal(
            _trail.Marks.Order(StringComparer.Ordinal).Where(mark => mark != "none"),
            _trail.Marks.Where(mark => mark != "none")
        );
    }

    [Fact]
    [Trait("ID", "L13")]
    public async Task A_run_that_dies_again_and_again_still_comes_to_its_end_step_by_step()
    {
        var inner = new MemoryCheckpointStore();
        await Failures.OfAsync(
            Counting(new CrashingCheckpointStore(inner, 2, CrashPoint.AfterAppend))
                .OrchestrateAsync(Stage.Start, "run")
        );
        // Each resume writes a row of its own, then one cursor more.
        for (var i = 0; i < 2; i++)
        {
            var crashing = new CrashingCheckpointStore(inner, 2, CrashPoint.AfterAppend);
            await Failures.OfAsync(Counting(crashing).ResumeFromAsync("run"));
        }

        Assert.Equal(Stage.End, await Counting(inner).ResumeFromAsync("run"));
        Assert.Equal(["none", "1", "2", "3"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "F10")]
    public async Task A_run_with_no_cursor_yet_begins_from_none()
    {
        var inner = new MemoryCheckpointStore();
        var crashing = new CrashingCheckpointStore(inner, 2, CrashPoint.BeforeAppend);
        await Failures.OfAsync(Counting(crashing).OrchestrateAsync(Stage.Start, "run"));
        await Counting(inner).ResumeFromAsync("run");
        Assert.Equal(["none", "none", "1", "2", "3"], _trail.Marks);
    }

    public static TheoryData<bool> Journals => [true, false];

    [Theory]
    [Trait("ID", "F9"), Trait("ID", "Y7")]
    [MemberData(nameof(Journals))]
    public async Task A_loop_back_begins_without_a_cursor(bool journaled)
    {
        await Looping(journaled ? new MemoryCheckpointStore() : null, () => { })
            .OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(["none", "1", "work", "none", "1", "work"], _trail.Marks);
    }

    [Theory]
    [Trait("ID", "F9"), Trait("ID", "Y7")]
    [MemberData(nameof(Journals))]
    public async Task Another_stepped_state_does_not_begin_with_the_cursor_of_the_one_before(bool journaled)
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStepped(Stage.Start, new CountingSteps(1, _trail, "a") { Next = Stage.Work })
            .RegisterStepped(Stage.Work, new CountingSteps(1, _trail, "b"))
            .AddExitState(Stage.End);
        if (journaled)
            workflow = workflow.WithCheckpointStore(new MemoryCheckpointStore());
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(["anone", "a1", "bnone", "b1"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y7"), Trait("ID", "Z3")]
    public async Task A_loop_back_after_a_resume_begins_without_a_cursor()
    {
        var store = new MemoryCheckpointStore();
        var power = new IOException("power");
        await Failures.OfAsync(Looping(store, () => throw power).OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(Stage.End, await Looping(store, () => { }).ResumeFromAsync("run"));
        Assert.Equal(["none", "1", "work", "work", "none", "1", "work"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y7")]
    public async Task A_stepped_state_that_loops_to_itself_begins_without_a_cursor()
    {
        var visits = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStepped<int>(
                Stage.Start,
                (_, cursor, _) =>
                {
                    _trail.Add(cursor.Or(0));
                    if (!cursor.HasValue)
                        return new(StepOutcome.More(7));
                    return new(StepOutcome.Done(++visits < 2 ? Stage.Start : Stage.End));
                }
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(new MemoryCheckpointStore());
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(["0", "7", "0", "7"], _trail.Marks);
    }

    /// <summary>Start steps to Work, which once leads back.</summary>
    private Workflow<Stage> Looping(ICheckpointStore? store, Action working)
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStepped(Stage.Start, new CountingSteps(1, _trail) { Next = Stage.Work })
            .Register(
                Stage.Work,
                _ =>
                {
                    _trail.Add("work");
                    working();
                    return _trail.CountOf("1") < 2 ? Stage.Start : Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);
        return store is null ? workflow : workflow.WithCheckpointStore(store);
    }

    private Workflow<Stage> Counting(ICheckpointStore store) =>
        Workflow
            .Bare<Stage>()
            .RegisterStepped(Stage.Start, new CountingSteps(Last, _trail))
            .AddExitState(Stage.End)
            .WithCheckpointStore(store);

    /// <summary>Resumes the run; one that died before its first row starts afresh.</summary>
    private static async Task<Stage> GoOnAsync(Workflow<Stage> workflow, ICheckpointStore store) =>
        (await store.LoadRunAsync("run")).Count > 0
            ? await workflow.ResumeFromAsync("run")
            : await workflow.OrchestrateAsync(Stage.Start, "run");
}
