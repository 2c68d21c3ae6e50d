using Cano.Testing;

namespace Cano.Integration.Guides;

internal enum Step
{
    Reserve,
    Charge,
    Ship,
    Done,
}

/// <summary>The workflow of the guides: reserve and charge can be undone, shipping ends the order.</summary>
internal static class Order
{
    public static Workflow<Step> Workflow(CompensationLedger ledger, ITask<Step>? shipping = null) =>
        Cano.Workflow.Bare<Step>()
            .RegisterWithCompensation<string>(Step.Reserve, (context, _) => Do(ledger, context, Step.Charge), Undo(ledger), to: [Step.Charge])
            .RegisterWithCompensation<string>(Step.Charge, (context, _) => Do(ledger, context, Step.Ship), Undo(ledger), to: [Step.Ship])
            .Register(Step.Ship, shipping ?? CanoTask.From<Step>("ship", (context, _) => Ship(ledger, context)), to: [Step.Done])
            .AddExitState(Step.Done);

    /// <summary>What a finished order promises: everything stands, or nothing that the journal knows of.</summary>
    public static bool Check(SimulatedRun run, CompensationLedger ledger)
    {
        string[] completed = [.. run.Rows.Where(row => row.Kind == RowKind.StepCompleted).Select(row => row.State)];
        return run.IsCompleted
            ? ledger.Left.SequenceEqual(["Reserve", "Charge", "Ship"])
            : ledger.Undone.SequenceEqual(completed.Reverse());
    }

    private static ValueTask<(Step, string)> Do(CompensationLedger ledger, TaskContext context, Step next)
    {
        ledger.Do(context);
        return new((next, context.EffectKey));
    }

    private static Func<TaskContext, string, CancellationToken, ValueTask> Undo(CompensationLedger ledger) =>
        (context, _, _) =>
        {
            ledger.Undo(context);
            return default;
        };

    private static ValueTask<Step> Ship(CompensationLedger ledger, TaskContext context)
    {
        ledger.Do(context);
        return new(Step.Done);
    }
}
