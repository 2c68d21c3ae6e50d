using Cano.Integration.Steps.Stepped;
using Cano.Testing;

namespace Cano.Integration.Context;

/// <summary>Tasks that leave something in the journal, run without a workflow: steps of a saga and stepped
/// work.</summary>
public sealed class TestedStepTests
{
    private readonly CompensationLedger _ledger = new();
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_step_of_a_saga_tells_the_next_state_and_its_output_with_which_it_is_undone()
    {
        var context = TestContext.For(runId: "order-1", state: "Charge");
        var charge = new Charge<string>(_ledger, context => context.EffectKey);
        Assert.Equal((Stage.Next, "order-1/contextoftest/0"), await context.RunAsync(charge));
        Assert.Equal(["Charge"], _ledger.Left);
        await context.CompensateAsync(charge, "receipt");
        _ledger.AssertReversed();
        Assert.Equal(("receipt", "order-1/contextoftest/0/undo"), (charge.Undone, charge.UndoneUnder));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_second_attempt_has_the_keys_of_the_first()
    {
        var charge = new Charge<string>(_ledger, _ => "receipt");
        await TestContext.For(runId: "order-1", state: "Charge").RunAsync(charge);
        await TestContext.For(runId: "order-1", state: "Charge", attempt: 2).RunAsync(charge);
        Assert.Equal(["Charge"], _ledger.Done);
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task The_output_is_what_the_journal_keeps_of_it()
    {
        var context = TestContext.For();
        var charge = new Charge<Receipt>(_ledger, _ => new Receipt("a") { Secret = "not journaled" });
        var (_, output) = await context.RunAsync(charge);
        Assert.Equal(new Receipt("a"), output);
        await context.CompensateAsync(charge, new Receipt("b") { Secret = "not journaled" });
        Assert.Equal(new Receipt("b"), charge.Undone);
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_step_whose_output_cannot_be_journaled_fails_as_in_a_run_and_is_undone()
    {
        var charge = new Charge<Action>(_ledger, _ => () => { });
        var error = await Failures.OfAsync(TestContext.For(state: "Charge").RunAsync(charge));
        Assert.StartsWith(
            "serialize compensation output for `Charge`1`",
            error.Message,
            StringComparison.Ordinal
        );
        _ledger.AssertReversed();
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task What_a_step_or_its_compensation_throws_comes_as_it_is()
    {
        var context = TestContext.For();
        var charge = new Charge<int>(_ledger, _ => throw new IOException("declined"));
        Assert.Equal(
            "declined",
            (await Assert.ThrowsAsync<IOException>(() => context.RunAsync(charge))).Message
        );
        Assert.Equal(
            "13",
            (await Assert.ThrowsAsync<IOException>(() => context.CompensateAsync(charge, 13))).Message
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task Stepped_work_does_one_step_from_the_beginning_or_from_a_cursor()
    {
        StepOutcome<int, Stage> more = StepOutcome.More(1);
        StepOutcome<int, Stage> done = StepOutcome.Done(Stage.End);
        var steps = new CountingSteps(3, _trail);
        Assert.Equal(more, await TestContext.For().RunAsync(steps));
        Assert.Equal(done, await TestContext.For().RunAsync(steps, 3));
        Assert.Equal(["none", "3"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task Each_step_that_leaves_a_cursor_gives_the_next_one_an_effect_key_of_its_own()
    {
        var calls = 0;
        var steps = new CountingSteps(2, new Trail())
        {
            Doing = (context, _, _) =>
            {
                _trail.Add(context.EffectKey);
                return calls++ % 2 == 0 ? throw new IOException("flaky") : Task.CompletedTask;
            },
        };
        var context = TestContext.For();
        await Assert.ThrowsAsync<IOException>(() => context.RunAsync(steps));
        await context.RunAsync(steps);
        await Assert.ThrowsAsync<IOException>(() => context.RunAsync(steps, 1));
        await context.RunAsync(steps, 1);
        var tail = new[] { "s0", "s0", "s1", "s1" };
        Assert.Equal(tail.Select(part => $"run/contextoftest/0/{part}"), _trail.Marks);
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_cursor_is_what_the_journal_keeps_of_it()
    {
        StepOutcome<Receipt, Stage> more = StepOutcome.More(new Receipt("ab"));
        Assert.Equal(
            more,
            await TestContext.For().RunAsync(new Growing(), new Receipt("a") { Secret = "lost" })
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_cursor_that_cannot_be_journaled_is_refused()
    {
        var error = await Failures.OfAsync(TestContext.For().RunAsync(new Unwritable()));
        Assert.Contains("serialize cursor for `Unwritable`", error.Message, StringComparison.Ordinal);
        error = await Failures.OfAsync(TestContext.For().RunAsync(new Unwritable(), () => { }));
        Assert.Contains("serialize cursor for `Unwritable`", error.Message, StringComparison.Ordinal);
    }

    private sealed class Charge<TOutput>(CompensationLedger ledger, Func<TaskContext, TOutput> output)
        : ICompensatableTask<Stage, TOutput>
    {
        public TOutput? Undone { get; private set; }

        public string UndoneUnder { get; private set; } = "";

        public ValueTask<(Stage Next, TOutput Output)> RunAsync(
            TaskContext context,
            CancellationToken cancellationToken
        )
        {
            ledger.Do(context);
            return new((Stage.Next, output(context)));
        }

        public ValueTask CompensateAsync(
            TaskContext context,
            TOutput output,
            CancellationToken cancellationToken
        )
        {
            if (output is 13)
                throw new IOException("13");
            ledger.Undo(context);
            (Undone, UndoneUnder) = (output, context.EffectKey);
            return default;
        }
    }

    private sealed record Receipt(string Text)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public string? Secret { get; init; }
    }

    private sealed class Growing : ISteppedTask<Stage, Receipt>
    {
        public ValueTask<StepOutcome<Receipt, Stage>> StepAsync(
            TaskContext context,
            Cursor<Receipt> cursor,
            CancellationToken cancellationToken
        ) =>
            new(
                StepOutcome.More(
                    new Receipt($"{cursor.Value!.Text}{cursor.Value.Secret}b") { Secret = "lost" }
                )
            );
    }

    private sealed class Unwritable : ISteppedTask<Stage, Action>
    {
        public ValueTask<StepOutcome<Action, Stage>> StepAsync(
            TaskContext context,
            Cursor<Action> cursor,
            CancellationToken cancellationToken
        ) => new(StepOutcome.More<Action>(() => { }));
    }
}
