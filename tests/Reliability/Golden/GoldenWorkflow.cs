namespace Cano.Reliability.Golden;

/// <summary>The workflow whose runs lie in the golden journals. Old journals are resumed with it for ever: it
/// may grow, but what is there has to stay.</summary>
/// <param name="tell">Hears what tasks and compensations do.</param>
/// <param name="time">The clock of all that waits.</param>
/// <param name="writer">Asked for what stops the run; null where runs are gone on with.</param>
/// <param name="isRetry">Whether somebody asked for a retry.</param>
internal sealed partial class GoldenWorkflow(
    Action<string> tell,
    TimeProvider time,
    GoldenWriter? writer = null,
    bool isRetry = false
)
{
    /// <summary>More than a page.</summary>
    private const int HugeLength = 70_000;

    /// <summary>More than a quarter page of 64 KiB, so that the row is stored in chunks.</summary>
    private const int LargeLength = 20_000;

    /// <summary>As long as a retry's delay must be to have a row.</summary>
    private static readonly TimeSpan s_delay = TimeSpan.FromSeconds(1);

    /// <summary>What there was before signals.</summary>
    private Workflow<string> First()
    {
        var once = Once;
        return Workflow
            .Create<string>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithName("golden")
            .Register("plain", Put, once)
            .Register("read", Read, once)
            .RegisterWithCompensation<Receipt>("saga", (_, _) => Did("second", 1), Undo, once)
            .RegisterWithCompensation<Receipt>("second", (_, _) => Did("fails", 2), Undo, once)
            .Register("fails", Fail, once)
            .RegisterStepped<int>("stepped", (_, cursor, _) => new(Step(cursor.Or(0))), once)
            .RegisterStepped<int>("summed", (context, cursor, _) => new(Sum(context, cursor.Or(0))), once)
            .Register("large", context => PutLarge(context, LargeLength), once)
            .RegisterTimer("parked", TimeSpan.FromMilliseconds(1), "read")
            .RegisterSplit(
                "split",
                _ => Branches(once),
                JoinConfig.Create(JoinStrategy.Quorum(1), "joined").WaitForAll()
            )
            .Register("joined", Join, once)
            .Register("retried", FailOnce, once.WithFixedRetry(1, s_delay))
            .RegisterWithCompensation<Receipt>("stuck", (_, _) => Did("second", 3), Stick, once)
            .RegisterWithCompensation<Receipt>("cancelled", (_, _) => Did("stops", 4), Undo, once)
            .Register("stops", (_, cancel) => Hold(writer => writer.Stop(), "stops", cancel), once)
            .RegisterWithCompensation<Receipt>("unwound", (_, _) => Did("second", 5), Undo, once)
            .Register("failed", Fail, once)
            .RegisterWithCompensation<Receipt>("mended", (_, _) => Did("fails", 6), StickOnce, once)
            .RegisterWithCompensation<Receipt>("revoked", (_, _) => Did("revokes", 7), Undo, once)
            .Register(
                "revokes",
                (_, cancel) => Hold(writer => writer.CancelForGood(), "revokes", cancel),
                once
            )
            .Register("given", Give, once)
            .Register("gives", GiveMore, once)
            .RegisterWithCompensation<Receipt>("resting", (_, _) => Did("rests", 8), Undo, once)
            .Register("rests", (_, cancel) => Hold(writer => writer.Suspend(), "rests", cancel), once)
            .AddExitState("end");
    }

    private string Put(TaskContext context)
    {
        tell("put");
        context.Store.Put("receipt", new Receipt(7, "Prüfung"));
        context.Store.Append("list", 1);
        context.Store.Append("list", 2);
        return "read";
    }

    private string PutLarge(TaskContext context, int length)
    {
        context.Store.Put("large", new string('x', length));
        return Put(context);
    }

    private string Read(TaskContext context)
    {
        var receipt = context.Store.GetOr<Receipt?>("receipt", null);
        var list = string.Join('+', context.Store.GetOr<int[]>("list", []));
        tell($"read {receipt?.Text} {list} {context.Store.GetOr("large", "").Length}");
        return "end";
    }

    private ValueTask<(string, Receipt)> Did(string next, int number)
    {
        tell($"did {number}");
        return new((next, new Receipt(number, next)));
    }

    private ValueTask Undo(TaskContext context, Receipt receipt, CancellationToken cancel)
    {
        tell($"undid {receipt.Number} {receipt.Text}");
        return default;
    }

    private ValueTask Stick(TaskContext context, Receipt receipt, CancellationToken cancel)
    {
        tell($"could not undo {receipt.Number}");
        throw new InvalidOperationException("on purpose");
    }

    /// <summary>It can be undone when whoever wrote the journal is gone.</summary>
    private ValueTask StickOnce(TaskContext context, Receipt receipt, CancellationToken cancel) =>
        writer is null ? Undo(context, receipt, cancel) : Stick(context, receipt, cancel);

    /// <summary>Its writer stops the run here.</summary>
    private ValueTask<string> Hold(Action<GoldenWriter> stop, string name, CancellationToken cancel)
    {
        tell(name);
        if (writer is not null)
            stop(writer);
        cancel.ThrowIfCancellationRequested();
        return new("end");
    }

    private string Give(TaskContext context)
    {
        tell($"given {context.Input<Receipt>().Text}");
        context.SetOutput(new Receipt(1, "half"));
        return "gives";
    }

    private string GiveMore(TaskContext context)
    {
        tell($"gives {context.Input<Receipt>().Number}");
        context.SetOutput(new Receipt(2, "whole"));
        return "end";
    }

    private string Fail(TaskContext context)
    {
        tell("fails");
        throw new InvalidOperationException("on purpose");
    }

    private string FailOnce(TaskContext context)
    {
        tell($"attempt {context.Attempt}");
        return context.Attempt > 1 ? "end" : throw new InvalidOperationException("on purpose");
    }

    /// <summary>They run side by side, so what they do is told by what follows.</summary>
    private static ITask<string>[] Branches(TaskConfig once) =>
        [
            CanoTask.From("good", (_, _) => new ValueTask<string>("joined"), once),
            CanoTask.From<string>("bad", (_, _) => throw new InvalidOperationException("on purpose"), once),
        ];

    private string Join(TaskContext context)
    {
        var result = context.SplitResult!;
        tell(
            $"joined {result.Successes[0].Name}, not {result.Errors[0].Name}: {result.Errors[0].Error.Category}"
        );
        return "end";
    }

    private StepOutcome<int, string> Step(int step)
    {
        tell($"step {step}");
        return step < 3 ? StepOutcome.More(step + 1) : StepOutcome.Done("end");
    }

    private StepOutcome<int, string> Sum(TaskContext context, int step)
    {
        tell($"sum {step}");
        context.Store.Put("receipt", new Receipt(step, $"Summe {step}"));
        context.Store.Append("list", step);
        return step < 5 ? StepOutcome.More(step + 1) : StepOutcome.Done("read");
    }

    public sealed record Receipt(int Number, string Text);
}
