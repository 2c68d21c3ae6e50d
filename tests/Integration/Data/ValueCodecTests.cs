using System.Text;
using System.Text.Json;
using Cano.Runtime.Data;
using Cano.Runtime.Definitions;
using Cano.Runtime.Runs;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Sagas;
using Cano.Runtime.Steps.Singles;
using Cano.Runtime.Steps.Stepped;

namespace Cano.Integration.Data;

/// <summary>Whatever a run keeps of the user's values, its codec turns into bytes and back.</summary>
public sealed class ValueCodecTests
{
    private static readonly ValueCodec s_shouting = new(
        new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper }
    );

    private readonly KeepingStore _store = new() { KeepsBytes = true };
    private readonly List<string> _told = [];
    private int _dyingAt = -1;

    public ValueCodecTests() =>
        _store.Appending = row =>
        {
            if (row.Sequence == _dyingAt)
                throw new IOException("The process died.");
        };

    public static TheoryData<bool> Stores => [false, true];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Data_cursors_and_receipts_are_written_and_read_by_the_codec_of_the_run(
        bool isMadePerRun
    )
    {
        var workflow = Workflow(isMadePerRun);
        var error = await Assert.ThrowsAsync<CanoException>(async () =>
            await Runs.StartAsync(workflow, "steps", new RunRequest("run"), default)
        );
        Assert.Equal("task_execution", error.Error.Category);
        Assert.Equal(["step 0", "step 1 of 1", "refund 7"], _told);
        AssertShouted();
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task So_are_those_of_a_run_that_is_resumed(bool isMadePerRun)
    {
        // The row of the first cursor, which carries data too, is there; the one after it is not.
        _dyingAt = 2;
        var workflow = Workflow(isMadePerRun);
        await Assert.ThrowsAsync<CanoException>(async () =>
            await Runs.StartAsync(workflow, "steps", new RunRequest("run"), default)
        );
        _dyingAt = -1;
        await Assert.ThrowsAsync<CanoException>(async () =>
            await Runs.ResumeAsync(Workflow(isMadePerRun), new RunRequest("run"), default)
        );
        Assert.Equal(["step 0", "step 1 of 1", "step 1 of 1", "refund 7"], _told);
        AssertShouted();
    }

    /// <summary>Each value that a row keeps has the codec's own names.</summary>
    private void AssertShouted()
    {
        var kept = string.Concat(_store.Rows.Select(row => TextOf(row.Data) + TextOf(row.Payload)));
        foreach (var name in new[] { "NUMBER_OF_STEPS", "THE_NUMBER" })
            Assert.Contains(name, kept, StringComparison.Ordinal);
        foreach (var name in new[] { nameof(Mark.NumberOfSteps), nameof(Receipt.TheNumber) })
            Assert.DoesNotContain(name, kept, StringComparison.Ordinal);
        Assert.Contains(_store.Rows, row => Says(row.Data, "NUMBER_OF_STEPS"));
        Assert.Contains(
            _store.Rows,
            row => row.Kind == RowKind.CursorAdvanced && Says(row.Payload, "NUMBER_OF_STEPS")
        );
        Assert.Contains(
            _store.Rows,
            row => row.Kind == RowKind.StepCompleted && Says(row.Payload, "THE_NUMBER")
        );
    }

    private static bool Says(ReadOnlyMemory<byte>? bytes, string text) =>
        TextOf(bytes).Contains(text, StringComparison.Ordinal);

    private static string TextOf(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } there ? Encoding.UTF8.GetString(there.Span) : "";

    private CompiledWorkflow<string> Workflow(bool isMadePerRun)
    {
        var once = TaskConfig.Minimal.WithFixedRetry(0, TimeSpan.Zero);
        var steps = new LambdaStepped<string, Mark>(
            "steps",
            (context, at, _) => new(Step(context, at)),
            once
        );
        var pays = new LambdaCompensatable<string, Receipt>(
            "pays",
            (_, _) => new(("fails", new Receipt(7))),
            (_, receipt, _) =>
            {
                _told.Add($"refund {receipt.TheNumber}");
                return default;
            },
            once
        );
        var fails = CanoTask.From<string>(
            "fails",
            (_, _) => throw new InvalidOperationException("on purpose"),
            once
        );
        var setup = new WorkflowSetup<string>(States<string>.ByValue)
        {
            Resources = isMadePerRun
                ? new Resources().InsertPerRun("store", MemoryStore.Durable)
                : new Resources().Insert("store", MemoryStore.Durable()),
            Options = new RunOptions
            {
                Values = s_shouting,
                Store = _ => Task.FromResult<ICheckpointStore>(_store),
            },
        }
            .With("steps", new SteppedBody<string, Mark>(steps), null)
            .With("pays", new CompensatableBody<string, Receipt>(pays), null)
            .With("fails", new TaskBody<string>(fails, StepKind.NewSingle), null)
            .WithExits(["done"]);
        return setup.Compile(setup.Define());
    }

    private StepOutcome<Mark, string> Step(TaskContext context, Cursor<Mark> at)
    {
        if (at.Or(new Mark(0)) is { NumberOfSteps: > 0 } mark)
        {
            _told.Add($"step {mark.NumberOfSteps} of {context.Store.Get<Mark>("mark").NumberOfSteps}");
            return StepOutcome.Done("pays");
        }

        _told.Add("step 0");
        context.Store.Put("mark", new Mark(1));
        return StepOutcome.More(new Mark(1));
    }

    private sealed record Mark(int NumberOfSteps);

    private sealed record Receipt(int TheNumber);
}
