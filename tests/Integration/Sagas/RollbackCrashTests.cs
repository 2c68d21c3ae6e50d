using Cano.Testing;

namespace Cano.Integration.Sagas;

/// <summary>A saga of five steps dies at every append of its way and its rollback, and again in the resumed
/// one.</summary>
public sealed class RollbackCrashTests
{
    /// <summary>Two rows a step, the failing state's, the rollback's start, five compensations, its
    /// end.</summary>
    private const int AppendCount = 18;

    private const int FirstOfRollback = 12;

    private const int Steps = 5;

    private readonly MemoryCheckpointStore _store = new();
    private readonly Trail _trail = new();

    public static TheoryData<int, CrashPoint> EveryPoint => CrashPoints.Of(FirstOfRollback, AppendCount);

    [Theory]
    [Trait("ID", "Y5")]
    [MemberData(nameof(EveryPoint))]
    public async Task A_rollback_that_died_at_any_append_is_finished_by_a_resume(int append, CrashPoint point)
    {
        var died = await CrashAsync(append, point);
        Assert.Equal("checkpoint_store", died.Category);
        var keeping = await CopiedAsync();
        var error = await Failures.OfAsync(Saga(_trail, keeping).ResumeFromAsync("run"));
        Assert.Equal(
            ("task_execution", "IOException: broken", "s5"),
            (error.Category, error.Message, error.State)
        );
        Assert.Empty(await keeping.LoadRunAsync("run"));
        AssertUndone(repeated: 1);
        AssertRows(keeping);
        Assert.Equal(Steps, _trail.Marks.Count(mark => mark.StartsWith("do", StringComparison.Ordinal)));
    }

    [Theory]
    [Trait("ID", "Y5")]
    [MemberData(nameof(EveryPoint))]
    public async Task A_compensation_runs_again_only_when_its_row_was_lost(int append, CrashPoint point)
    {
        await CrashAsync(append, point);
        await Failures.OfAsync(Saga(_trail, _store).ResumeFromAsync("run"));
        var isLost = append is > FirstOfRollback and < AppendCount && point == CrashPoint.BeforeAppend;
        Assert.Equal(Steps + (isLost ? 1 : 0), _trail.Undone().Count());
        if (isLost)
            Assert.Equal(2, _trail.CountOf($"undo s{AppendCount - 1 - append}"));
    }

    [Theory]
    [Trait("ID", "Y5")]
    [MemberData(nameof(EveryPoint))]
    public async Task A_resumed_rollback_that_dies_too_is_finished_by_the_next_resume(
        int append,
        CrashPoint point
    )
    {
        for (var second = 1; second <= AppendCount - FirstOfRollback + 2; second++)
        {
            foreach (var secondPoint in new[] { CrashPoint.BeforeAppend, CrashPoint.AfterAppend })
            {
                var (trail, store) = (new Trail(), new KeepingStore());
                var first = new CrashingCheckpointStore(store, append, point);
                await Failures.OfAsync(Saga(trail, first).OrchestrateAsync("s0", "run"));
                var again = new CrashingCheckpointStore(store, second, secondPoint);
                var error = await Failures.OfAsync(Saga(trail, again).ResumeFromAsync("run"));
                if (again.HasCrashed)
                    error = await Failures.OfAsync(Saga(trail, store).ResumeFromAsync("run"));
                Assert.Equal("IOException: broken", error.Message);
                AssertRows(store);
                AssertUndone(trail, repeated: 2);
                Assert.Equal(
                    Steps,
                    trail.Marks.Count(mark => mark.StartsWith("do", StringComparison.Ordinal))
                );
            }
        }
    }

    [Theory]
    [Trait("ID", "Y5"), Trait("ID", "G5")]
    [MemberData(nameof(EveryPoint))]
    public async Task Errors_of_compensations_before_the_crash_are_told_after_it(int append, CrashPoint point)
    {
        var crashing = new CrashingCheckpointStore(_store, append, point);
        await Failures.OfAsync(Saga(_trail, crashing, stuck: true).OrchestrateAsync("s0", "run"));
        var error = await Failures.OfAsync(Saga(_trail, _store, stuck: true).ResumeFromAsync("run"));
        Assert.Equal(
            ["broken", "no s4", "no s3", "no s2", "no s1", "no s0"],
            error.Texts().Select(text => text.Replace("IOException: ", "", StringComparison.Ordinal))
        );
        // A run that died before its rollback began enters its failing state again.
        var entered = (append, point) == (FirstOfRollback, CrashPoint.BeforeAppend) ? 1 : 0;
        Assert.Equal(AppendCount + entered, (await _store.LoadRunAsync("run")).Count);
    }

    [Theory]
    [Trait("ID", "G15"), Trait("ID", "Y5")]
    [MemberData(nameof(EveryPoint))]
    public async Task A_resume_with_a_cancelled_token_goes_on_rolling_back(int append, CrashPoint point)
    {
        await CrashAsync(append, point);
        var keeping = await CopiedAsync();
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var error = await Failures.OfAsync(Saga(_trail, keeping).ResumeFromAsync("run", cancel.Token));
        // Before the rollback's first row is durable the run is still on its way, and the cancel is its
        // cause.
        var isForward = (append, point) == (FirstOfRollback, CrashPoint.BeforeAppend);
        Assert.Equal(isForward ? "cancelled" : "task_execution", error.Category);
        AssertUndone(repeated: 1);
        AssertRows(keeping);
    }

    [Fact]
    [Trait("ID", "Y5")]
    public async Task A_rollback_is_resumed_with_a_workflow_that_would_not_fail_any_more()
    {
        await CrashAsync(FirstOfRollback, CrashPoint.AfterAppend);
        var mended = Saga(_trail, _store).Register("s5", _ => "end");
        Assert.Equal("IOException: broken", (await Failures.OfAsync(mended.ResumeFromAsync("run"))).Message);
        AssertUndone(repeated: 1);
    }

    [Fact]
    [Trait("ID", "Y5")]
    public async Task The_effect_keys_of_a_resumed_rollback_are_those_of_the_first()
    {
        var keys = new List<string>();
        var crashing = new CrashingCheckpointStore(_store, FirstOfRollback + 2, CrashPoint.BeforeAppend);
        await Failures.OfAsync(Saga(_trail, crashing, keys: keys).OrchestrateAsync("s0", "run"));
        await Failures.OfAsync(Saga(_trail, _store, keys: keys).ResumeFromAsync("run"));
        Assert.Equal(
            ["run/k/4/undo", "run/k/3/undo", "run/k/3/undo", "run/k/2/undo", "run/k/1/undo", "run/k/0/undo"],
            EffectKeys.Told(keys)
        );
    }

    private Task<CanoError> CrashAsync(int append, CrashPoint point) =>
        Failures.OfAsync(
            Saga(_trail, new CrashingCheckpointStore(_store, append, point)).OrchestrateAsync("s0", "run")
        );

    /// <summary>The same rows in a store that remembers cleared ones too.</summary>
    private async Task<KeepingStore> CopiedAsync()
    {
        var keeping = new KeepingStore { KeepsBytes = true };
        foreach (var row in await _store.LoadRunAsync("run"))
            await keeping.AppendAsync("run", row, 1);
        return keeping;
    }

    /// <summary>Newest first; a step is undone again only right after it was, as often as a row may be
    /// lost.</summary>
    private void AssertUndone(int repeated) => AssertUndone(_trail, repeated);

    private static void AssertUndone(Trail trail, int repeated)
    {
        var undone = trail.Undone().ToArray();
        Assert.Equal(undone.OrderDescending(), undone);
        Assert.Equal(Steps, undone.Distinct().Count());
        Assert.True(undone.Length <= Steps + repeated, string.Join(", ", undone));
    }

    /// <summary>Dense, one rollback, each step compensated once, newest first, and nothing forward after
    /// it.</summary>
    private static void AssertRows(KeepingStore store)
    {
        Assert.Equal(
            Enumerable.Range(0, store.Rows.Count).Select(i => (long)i),
            store.Rows.Select(row => row.Sequence)
        );
        Assert.Equal(
            [
                RowKind.RollbackStarted,
                .. Enumerable.Repeat(RowKind.Compensated, Steps),
                RowKind.RollbackFinished,
            ],
            store.Rows.SkipWhile(row => row.Kind < RowKind.RollbackStarted).Select(row => row.Kind)
        );
        Assert.Equal(
            ["s4", "s3", "s2", "s1", "s0"],
            store.Rows.Where(row => row.Kind == RowKind.Compensated).Select(row => row.State)
        );
    }

    private static Workflow<string> Saga(
        Trail trail,
        ICheckpointStore store,
        bool stuck = false,
        List<string>? keys = null
    )
    {
        var workflow = Workflow.Bare<string>().AddExitState("end").WithCheckpointStore(store);
        for (var i = 0; i < Steps; i++)
        {
            var step = i;
            workflow = workflow.RegisterWithCompensation<int>(
                $"s{step}",
                (_, _) =>
                {
                    trail.Add($"do s{step}");
                    return new(($"s{step + 1}", step));
                },
                (context, output, _) =>
                {
                    trail.Add($"undo s{output}");
                    keys?.Add(context.EffectKey);
                    return stuck ? throw new IOException($"no {context.State}") : default(ValueTask);
                }
            );
        }

        return workflow.Register(
            "s5",
            (Func<TaskContext, string>)(_ => throw new IOException("broken")),
            TaskConfig.Minimal
        );
    }
}
