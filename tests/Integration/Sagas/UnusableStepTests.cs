using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cano.Integration.Sagas;

/// <summary>Steps that are done, but whose answer cannot be used.</summary>
public sealed class UnusableStepTests
{
    private readonly Trail _trail = new();
    private readonly KeepingStore _store = new();

    [Fact]
    [Trait("ID", "G11")]
    public async Task A_step_whose_output_cannot_be_serialised_is_undone_at_once_and_not_tried_again()
    {
        var error = await Failures.OfAsync(Unusable(_ => throw new JsonException("no JSON")));
        Assert.Equal(("generic", "Work"), (error.Category, error.State));
        Assert.Contains("serialize compensation output for `Work`", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "cannot be serialised; give plain data, such as a record: no JSON",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(["do Start", "do Work", "undo Work", "undo Start"], _trail.Marks);
        Assert.DoesNotContain("StepCompleted Work", _store.Story);
    }

    [Fact]
    [Trait("ID", "G11")]
    public async Task An_output_whose_property_throws_what_it_likes_is_undone_at_once_too()
    {
        var error = await Failures.OfAsync(Unusable(_ => throw new FormatException("odd")));
        Assert.Equal(("generic", "Work"), (error.Category, error.State));
        Assert.Equal(["do Start", "do Work", "undo Work", "undo Start"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "G11"), Trait("ID", "C9")]
    public async Task A_failed_undo_at_once_is_told_after_the_original_error()
    {
        var error = await Failures.OfAsync(
            Unusable(_ => throw new JsonException("no JSON"), () => throw new IOException("stuck"))
        );
        Assert.Equal("compensation_failed", error.Category);
        Assert.Equal(["generic", "task_execution"], error.Errors.Select(one => one.Category));
        Assert.Equal("IOException: stuck", error.Errors[1].Message);
        Assert.Equal("undo Start", _trail.Marks[^1]);
    }

    [Fact]
    [Trait("ID", "G11"), Trait("ID", "C8")]
    public async Task The_original_error_of_a_failed_undo_at_once_says_where_it_happened()
    {
        var error = await Failures.OfAsync(
            Unusable(_ => throw new JsonException("no JSON"), () => throw new IOException("stuck"))
        );
        Assert.Equal(("Work", 1), (error.Errors[0].State, error.Errors[0].Attempt));
        Assert.Equal(["Start", "Work"], error.Errors[0].Path);
    }

    [Fact]
    [Trait("ID", "G5"), Trait("ID", "G11")]
    public async Task The_rows_stay_when_the_undo_at_once_failed_although_the_rest_was_undone()
    {
        await Failures.OfAsync(
            Unusable(_ => throw new JsonException("no JSON"), () => throw new IOException("stuck"))
        );
        Assert.NotEmpty(await _store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "G11")]
    public async Task The_undo_at_once_gets_the_output_itself_and_has_the_undo_effect_key()
    {
        var given = new Hostile(_ => throw new JsonException());
        Hostile? got = null;
        var key = "";
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<Hostile>(
                Stage.Start,
                (_, _) => new((Stage.End, given)),
                (context, output, _) =>
                {
                    (got, key) = (output, context.EffectKey);
                    return default;
                }
            )
            .AddExitState(Stage.End);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Same(given, got);
        Assert.Equal("run/k/0/undo", EffectKeys.Told(key));
    }

    [Fact]
    [Trait("ID", "G10")]
    public async Task An_output_whose_type_refuses_what_was_stored_names_run_state_and_sequence()
    {
        var workflow = Saga.Three(_trail)
            .RegisterWithCompensation<Refusing>(
                Stage.Next,
                (_, _) => new((Stage.Last, new Refusing())),
                (_, _, _) => ValueTask.FromException(new InvalidOperationException("It was called."))
            )
            .WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(
            "deserialize compensation output for `Next`: run 'run', state 'Next', sequence 5: refused",
            error.Errors[1].Message
        );
        Assert.Equal("generic", error.Errors[1].Category);
    }

    [Fact]
    [Trait("ID", "G9")]
    public async Task An_output_that_is_null_comes_back_as_null()
    {
        var got = new List<string?>();
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<string?>(
                Stage.Start,
                (_, _) => new((Stage.Last, null)),
                (_, output, _) =>
                {
                    got.Add(output);
                    return default;
                }
            )
            .Failing(Stage.Last)
            .AddExitState(Stage.End);
        Assert.Equal(
            "task_execution",
            (await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start))).Category
        );
        Assert.Equal([null], got);
    }

    [Fact]
    [Trait("ID", "G11"), Trait("ID", "Y23")]
    public async Task What_the_serialiser_threw_stays_as_the_inner_exception()
    {
        var odd = new FormatException("odd");
        var thrown = await Assert.ThrowsAsync<CanoException>(() => Unusable(_ => throw odd));
        Assert.Same(odd, thrown.InnerException);
    }

    [Fact]
    [Trait("ID", "G10")]
    public async Task An_output_that_cannot_be_read_back_is_an_error_of_its_step_and_the_rest_is_undone()
    {
        var workflow = Saga.Three(_trail)
            .RegisterWithCompensation<Unreadable>(
                Stage.Next,
                (_, _) => new((Stage.Last, new Unreadable())),
                (_, _, _) =>
                {
                    _trail.Add("undo Next");
                    return default;
                }
            )
            .WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(["task_execution", "generic"], error.Errors.Select(one => one.Category));
        Assert.StartsWith(
            "deserialize compensation output for `Next`: ",
            error.Errors[1].Message,
            StringComparison.Ordinal
        );
        Assert.Equal(["undo Work", "undo Start"], _trail.Undone());
        Assert.NotEmpty(await _store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "G10")]
    public async Task An_output_that_its_own_type_refuses_names_run_state_and_sequence()
    {
        var workflow = Saga.Three(_trail)
            .RegisterWithCompensation<Positive>(
                Stage.Next,
                (_, _) => new((Stage.Last, new Positive(1) { Value = -1 })),
                (_, _, _) => throw new InvalidOperationException("it must not be called")
            )
            .WithCheckpointStore(_store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(["task_execution", "generic"], error.Errors.Select(one => one.Category));
        Assert.StartsWith(
            "deserialize compensation output for `Next`: run 'run', state 'Next', sequence 5: ",
            error.Errors[1].Message,
            StringComparison.Ordinal
        );
    }

    private Task<Stage> Unusable(Func<Hostile, int> read, Action? undo = null) =>
        Saga.Three(_trail)
            .RegisterWithCompensation<Hostile>(
                Stage.Work,
                (_, _) =>
                {
                    _trail.Add("do Work");
                    return new((Stage.Next, new Hostile(read)));
                },
                (_, _, _) =>
                {
                    _trail.Add("undo Work");
                    undo?.Invoke();
                    return default;
                },
                TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.Zero)
            )
            .WithCheckpointStore(_store)
            .OrchestrateAsync(Stage.Start, "run");

    /// <summary>An output that throws when it is serialised.</summary>
    private sealed class Hostile(Func<Hostile, int> read)
    {
        public int Value => read(this);
    }

    /// <summary>An output whose constructor throws what it likes when it is read back.</summary>
    private sealed class Refusing
    {
        [JsonConstructor]
        public Refusing(int value = 0) => Value = value < 0 ? throw new DivideByZeroException("refused") : -1;

        public int Value { get; }
    }

    /// <summary>An output that becomes JSON, and cannot come back.</summary>
    private sealed class Unreadable
    {
        [JsonConstructor]
        public Unreadable(int value = 0) => Value = value < 0 ? throw new JsonException("unreadable") : -1;

        public int Value { get; }
    }

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
