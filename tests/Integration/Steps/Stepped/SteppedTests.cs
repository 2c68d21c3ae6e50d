using System.Text;
using Cano.Testing;

namespace Cano.Integration.Steps.Stepped;

/// <summary>Small steps from cursor to cursor.</summary>
public sealed class SteppedTests
{
    private readonly KeepingStore _store = new();
    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "D18"), Trait("ID", "Y27")]
    public async Task The_rows_of_three_steps_and_a_last_one()
    {
        Assert.Equal(Stage.End, await Counting(3).OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(["none", "1", "2", "3"], _trail.Marks);
        Assert.Equal(
            [
                "StateEntered Start",
                "CursorAdvanced Start",
                "CursorAdvanced Start",
                "CursorAdvanced Start",
                "Finished End",
            ],
            _store.Story
        );
        Assert.Equal(["1", "2", "3"], Cursors);
        Assert.Equal([0, 0, 0, 0, 1], _store.Rows.Select(row => row.Visit));
    }

    [Fact]
    [Trait("ID", "D8")]
    public async Task A_cursor_is_durable_before_the_next_step_begins_and_the_last_step_leaves_none()
    {
        _store.Appending = row => _trail.Add(row.Kind);
        await Counting(2).OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(
            ["StateEntered", "none", "CursorAdvanced", "1", "CursorAdvanced", "2", "Finished"],
            _trail.Marks
        );
    }

    [Fact]
    [Trait("ID", "D14"), Trait("ID", "Y20")]
    public async Task A_cursor_that_cannot_be_written_stops_the_run_and_a_resume_repeats_that_step_only()
    {
        _store.Appending = row => _ = row.Sequence == 2 ? throw new IOException("full") : row;
        var error = await Failures.OfAsync(Counting(3).OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(("checkpoint_store", "Start"), (error.Category, error.State));
        Assert.Contains(
            "append step cursor checkpoint: IOException: full",
            error.Message,
            StringComparison.Ordinal
        );
        _store.Appending = null;
        Assert.Equal(Stage.End, await Counting(3).ResumeFromAsync("run"));
        Assert.Equal(["none", "1", "1", "2", "3"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "L12")]
    public async Task A_cursor_may_be_any_value_that_json_can_hold()
    {
        var seen = new List<Cursor<Page>>();
        await Workflow
            .Bare<Stage>()
            .RegisterStepped<Page>(
                Stage.Start,
                async (_, cursor, _) =>
                {
                    await Task.Yield();
                    seen.Add(cursor);
                    if (cursor.HasValue)
                        return StepOutcome.Done(Stage.End);
                    return StepOutcome.More(new Page("ä\"ö", [1, 2], (3, 4.5)));
                }
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store)
            .OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(default, seen[0]);
        var page = seen[1].Value!;
        Assert.Equal(("ä\"ö", (3, 4.5)), (page.Token, page.Span));
        Assert.Equal([1, 2], page.Numbers);
    }

    [Fact]
    [Trait("ID", "L12")]
    public async Task A_cursor_may_be_null_and_is_one_all_the_same()
    {
        var seen = new List<Cursor<string?>>();
        await Workflow
            .Bare<Stage>()
            .RegisterStepped<string?>(
                Stage.Start,
                (_, cursor, _) =>
                {
                    seen.Add(cursor);
                    return cursor.HasValue
                        ? new(StepOutcome.Done(Stage.End))
                        : new(StepOutcome.More<string?>(null));
                }
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store)
            .OrchestrateAsync(Stage.Start, "run");
        Assert.Equal([new Cursor<string?>(false, null), new Cursor<string?>(true, null)], seen);
    }

    [Fact]
    [Trait("ID", "L12")]
    public async Task A_cursor_that_cannot_be_read_fails_the_run_with_its_run_state_and_sequence()
    {
        var error = await CorruptAsync();
        Assert.Equal(("task_execution", "Start", 1), (error.Category, error.State, error.Attempt));
        Assert.Contains("deserialize cursor for `Start`", error.Message, StringComparison.Ordinal);
        Assert.Contains("run 'run', state 'Start', sequence ", error.Message, StringComparison.Ordinal);
        Assert.Empty(_trail.Marks);
    }

    [Fact]
    [Trait("ID", "L12"), Trait("ID", "Y14")]
    public async Task The_sequence_named_is_that_of_the_row_that_cannot_be_read() =>
        Assert.Contains("sequence 1:", (await CorruptAsync()).Message, StringComparison.Ordinal);

    [Fact]
    [Trait("ID", "L12")]
    public async Task A_cursor_that_its_own_type_refuses_is_one_that_cannot_be_read()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStepped<Positive>(
                Stage.Start,
                (_, cursor, _) =>
                    cursor.HasValue
                        ? throw new IOException("down")
                        : new(StepOutcome.More(new Positive(1) { Value = -1 })),
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.StartsWith(
            "deserialize cursor for `Start`: run 'run', state 'Start', sequence 1: ArgumentOutOfRangeException: ",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("ID", "L12")]
    public async Task A_cursor_that_cannot_be_read_is_not_retried()
    {
        await CorruptAsync();
        Assert.Equal(0, _time.WaitingCount);
        Assert.Equal(new VirtualTime().GetUtcNow(), _time.GetUtcNow());
    }

    [Fact]
    [Trait("ID", "L12")]
    public async Task A_cursor_whose_type_cannot_be_made_from_json_is_told_like_one_that_is_damaged()
    {
        await CorruptAsync();
        var unreadable = Workflow
            .Bare<Stage>()
            .RegisterStepped<Type>(Stage.Start, (_, _, _) => new(StepOutcome.Done(Stage.End)))
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store)
            .WithTimeProvider(_time);
        var error = await Failures.OfAsync(_time.AloneAsync(() => unreadable.ResumeFromAsync("run")));
        Assert.Equal(("task_execution", "Start", 1), (error.Category, error.State, error.Attempt));
        Assert.StartsWith(
            "deserialize cursor for `Start`: run 'run', state 'Start', sequence 1: ",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [Trait("ID", "L12")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cursor_that_json_cannot_hold_fails_the_run_at_once_and_the_step_is_not_repeated(
        bool journaled
    )
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStepped<Type>(
                Stage.Start,
                (_, _, _) =>
                {
                    _trail.Add("step");
                    return new(StepOutcome.More(typeof(Stage)));
                }
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        if (journaled)
            workflow = workflow.WithCheckpointStore(_store);
        var error = await Failures.OfAsync(
            _time.AloneAsync(() => workflow.OrchestrateAsync(Stage.Start, "run"))
        );
        Assert.Equal(("task_execution", "Start", 1), (error.Category, error.State, error.Attempt));
        Assert.StartsWith("serialize cursor for `Start`: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("'System.Type'", error.Message, StringComparison.Ordinal);
        Assert.Equal(["step"], _trail.Marks);
        Assert.Equal(journaled ? ["StateEntered Start", "Failed Start"] : [], _store.Story);
    }

    [Fact]
    [Trait("ID", "L10")]
    public async Task An_answer_that_is_neither_more_nor_done_says_what_to_answer()
    {
        var answers = new Queue<StepOutcome<int, Stage>>([default, StepOutcome.Done(Stage.End)]);
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterStepped<int>(Stage.Start, (_, _, _) => new(answers.Dequeue()), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(("workflow", "Start"), (error.Category, error.State));
        Assert.Equal(
            "Stepped task 'Start' answered neither more nor done: "
                + "return StepOutcome.More(cursor) or StepOutcome.Done(state)",
            error.Message
        );
        Assert.Equal(["StateEntered Start", "Failed Start"], _store.Story);
    }

    [Fact]
    [Trait("ID", "L10")]
    public async Task A_run_without_a_journal_steps_too()
    {
        Assert.Equal(Stage.End, await Step(3).OrchestrateAsync(Stage.Start));
        Assert.Equal(["none", "1", "2", "3"], _trail.Marks);
    }

    private IEnumerable<string> Cursors =>
        _store
            .Rows.Where(row => row.Kind == RowKind.CursorAdvanced)
            .Select(row => Encoding.UTF8.GetString(row.Payload!.Value.Span));

    /// <summary>The error of a resume from row 1, the cursor "three", of a workflow whose cursors are
    /// numbers.</summary>
    private async Task<CanoError> CorruptAsync()
    {
        var texts = Workflow
            .Bare<Stage>()
            .RegisterStepped<string>(
                Stage.Start,
                (_, cursor, _) => cursor.HasValue ? throw new IOException() : new(StepOutcome.More("three")),
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store);
        await Failures.OfAsync(texts.OrchestrateAsync(Stage.Start, "run"));
        return await Failures.OfAsync(_time.AloneAsync(() => Counting(3).ResumeFromAsync("run")));
    }

    private Workflow<Stage> Counting(int last) => Step(last).WithCheckpointStore(_store);

    /// <summary>Counts its cursor up to `last`.</summary>
    private Workflow<Stage> Step(int last) =>
        Workflow
            .Bare<Stage>()
            .RegisterStepped<int>(
                Stage.Start,
                async (_, cursor, _) =>
                {
                    _trail.Add(cursor.HasValue ? cursor.Value : "none");
                    await Task.CompletedTask;
                    return cursor.Or(0) < last
                        ? StepOutcome.More(cursor.Or(0) + 1)
                        : StepOutcome.Done(Stage.End);
                }
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);

    private sealed record Page(string Token, int[] Numbers, (int From, double To) Span);

    private sealed record Positive
    {
        public Positive(int value)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            Value = value;
        }

        public int Value { get; init; }
    }
}
