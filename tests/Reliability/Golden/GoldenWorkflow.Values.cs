namespace Cano.Reliability.Golden;

// Values that are encoded, data that goes again, and what is there for versions to come.
internal sealed partial class GoldenWorkflow
{
    /// <summary>Data that is removed and cleared, values of all kinds that are encoded, and rows with data of
    /// their states.</summary>
    private static string[] Values => ["tidied", "sealed", "ahead"];

    private Workflow<string> WithValues(Workflow<string> workflow) =>
        workflow
            .Register("huge", context => PutLarge(context, HugeLength), Once)
            .Register("tidied", Tidy, Once)
            .Register("tidies", TidyAll, Once)
            .RegisterStepped<Receipt>("sealed", (context, cursor, _) => new(Seal(context, cursor)), Once)
            .RegisterWithCompensation<Receipt>("seals-step", (_, _) => Did("seals", 13), Undo, Once)
            .RegisterWait("seals", Wait.For<string>().On(s_paid, Take))
            .RegisterWithCompensation<Receipt>("ahead", (_, _) => Did("end", 14), Undo, Once);

    private string Tidy(TaskContext context)
    {
        tell("tidy");
        context.Store.Put("kept", 1);
        context.Store.Put("removed", 2);
        context.Store.Remove("removed");
        return "tidies";
    }

    private string TidyAll(TaskContext context)
    {
        tell($"has {string.Join(' ', context.Store.Keys)}");
        context.Store.Clear();
        return Put(context);
    }

    private StepOutcome<Receipt, string> Seal(TaskContext context, Cursor<Receipt> cursor)
    {
        tell($"seals {context.Input<Receipt>().Text}");
        context.Store.Put("receipt", context.Input<Receipt>());
        context.SetOutput(new Receipt(3, "sealed"));
        return cursor.HasValue ? StepOutcome.Done("seals-step") : StepOutcome.More(new Receipt(1, "Marke"));
    }
}
