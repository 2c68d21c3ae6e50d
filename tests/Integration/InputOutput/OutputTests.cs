using System.Text;

namespace Cano.Integration.InputOutput;

/// <summary>What a run gives as its own output.</summary>
public sealed class OutputTests
{
    private readonly KeepingStore _store = new() { KeepsBytes = true };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "T5")]
    public async Task The_newest_output_stands_at_the_end(bool isJournaled)
    {
        var workflow = Setting();
        var result = await (isJournaled ? workflow.WithCheckpointStore(_store) : workflow).ResultAsync(
            Stage.Start
        );
        Assert.Equal("2", TextOf(result.Output));
    }

    [Fact]
    [Trait("ID", "T5")]
    public async Task An_output_counts_with_the_next_row_and_stands_in_snapshots_and_the_end()
    {
        await Setting().WithSnapshotEvery(2).WithCheckpointStore(_store).ResultAsync(Stage.Start);
        Assert.Equal(
            [
                "StateEntered Start: ",
                "StateEntered Work: 1",
                "Snapshot Work: 1",
                "StateEntered Next: 2",
                "StateEntered Last: ",
                "Snapshot Last: 2",
                "Finished End: 2",
            ],
            _store.Rows.Select(row => $"{row.Kind} {row.State}: {TextOf(row.Output)}")
        );
    }

    [Fact]
    [Trait("ID", "T5")]
    public async Task An_output_is_there_after_a_resume_and_so_is_that_of_the_attempt_that_failed()
    {
        var isMended = false;
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context =>
                {
                    context.SetOutput("early");
                    return Stage.Work;
                }
            )
            .Register(Stage.Work, _ => isMended ? Stage.End : throw new IOException("no"), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .Returns<string>()
            .WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        isMended = true;
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync("run"));
        Assert.Equal("\"early\"", TextOf(_store.Rows[^1].Output));
    }

    [Fact]
    [Trait("ID", "T5")]
    public async Task What_a_failed_attempt_set_stays_as_its_data_does()
    {
        var attempts = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero);
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context =>
                {
                    if (context.Attempt > 1)
                        return Stage.End;
                    context.SetOutput(7);
                    throw new IOException("once");
                },
                attempts
            )
            .AddExitState(Stage.End);
        Assert.Equal("7", TextOf((await workflow.ResultAsync(Stage.Start)).Output));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "T5")]
    public async Task An_exit_that_is_reached_without_its_output_fails_the_state_before_it(bool isWatched)
    {
        var workflow = GivenRuns
            .Choosing(_ => Stage.End)
            .AddExitState(Stage.Stop)
            .Returns<Report>([Stage.End])
            .WithCheckpointStore(_store);
        if (isWatched)
            workflow = workflow.WithObserver(new Testing.RecordingObserver());
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(("output_missing", "Start"), (error.Category, error.State));
        Assert.Contains("'End'", error.Message, StringComparison.Ordinal);
        Assert.Contains("`Report`", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_store.Rows, row => row.Kind == RowKind.Finished);
    }

    [Fact]
    [Trait("ID", "T5")]
    public async Task An_exit_at_which_no_output_is_due_needs_none()
    {
        var workflow = GivenRuns
            .Choosing(_ => Stage.End)
            .AddExitState(Stage.Stop)
            .Returns<Report>([Stage.Stop]);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
    }

    [Fact]
    [Trait("ID", "T5")]
    public async Task A_split_that_leads_to_an_exit_fails_there_without_the_output()
    {
        var workflow = Branches
            .Split(JoinConfig.Create(JoinStrategy.All, Stage.End), _ => { }, Branches.Succeeding("one"))
            .Returns<Report>();
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(("output_missing", "Start"), (error.Category, error.State));
    }

    [Fact]
    [Trait("ID", "T5")]
    public async Task A_value_of_another_type_than_the_workflow_returns_is_refused()
    {
        var workflow = GivenRuns
            .Choosing(context =>
            {
                context.SetOutput("text");
                return Stage.End;
            })
            .Returns<Report>();
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(("configuration", 1), (error.Category, error.Attempt));
        Assert.Contains("`String`", error.Message, StringComparison.Ordinal);
        Assert.Contains("`Report`", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "T5")]
    public void An_output_at_a_state_that_is_no_exit_is_a_problem_of_the_wiring()
    {
        var error = Failures.Of(GivenRuns.Choosing(_ => Stage.End).Returns<Report>([Stage.Start]).Validate);
        Assert.Equal("configuration", error.Category);
        Assert.Contains("'Start', which is no exit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "T5")]
    public async Task A_branch_an_item_and_a_compensation_set_no_output()
    {
        var refusals = new List<CanoError>();
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterSplit(
                Stage.Start,
                [CanoTask.From<Stage>("one", (context, _) => new(Refused(context, Stage.Work)))],
                Branches.Joining(JoinStrategy.All)
            )
            .RegisterWithCompensation<int>(
                Stage.Work,
                (_, _) => new((Stage.Next, 1)),
                (context, _, _) =>
                {
                    Refused(context, 0);
                    return default;
                }
            )
            .Register(Stage.Next, new Batch(context => Refused(context, 1)))
            .AddExitState(Stage.End);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal("task_execution", error.Category);
        Assert.Equal(["workflow", "workflow", "workflow"], refusals.Select(refusal => refusal.Category));
        Assert.Equal(
            ["Branch 'one'", "An item", "The compensation"],
            refusals.Select(refusal =>
                refusal.Message[..refusal.Message.IndexOf(" of ", StringComparison.Ordinal)]
            )
        );

        T Refused<T>(TaskContext context, T answer)
        {
            refusals.Add(Failures.Of(() => context.SetOutput(1)));
            return answer;
        }
    }

    private static string TextOf(StoredValue? value) =>
        value is null ? "" : Encoding.UTF8.GetString(value.Json);

    /// <summary>The first two of four states set an output.</summary>
    private static Workflow<Stage> Setting() =>
        Workflow
            .Bare<Stage>()
            .Register(Stage.Start, context => Set(context, 1, Stage.Work))
            .Register(Stage.Work, context => Set(context, 2, Stage.Next))
            .Register(Stage.Next, _ => Stage.Last)
            .Register(Stage.Last, _ => Stage.End)
            .AddExitState(Stage.End);

    private static Stage Set(TaskContext context, int output, Stage next)
    {
        context.SetOutput(output);
        return next;
    }

    private sealed record Report(string Text);

    /// <summary>One item, and an end that fails.</summary>
    private sealed class Batch(Func<TaskContext, int> process) : IBatchTask<Stage, int, int>
    {
        public ValueTask<IReadOnlyList<int>> LoadAsync(TaskContext context, CancellationToken token) =>
            new([1]);

        public ValueTask<int> ProcessItemAsync(TaskContext context, int item, CancellationToken token) =>
            new(process(context));

        public ValueTask<Stage> FinishAsync(
            TaskContext context,
            IReadOnlyList<ItemResult<int>> results,
            CancellationToken token
        ) => throw new IOException("undo");
    }
}
