namespace Cano.Reliability.Clusters.Processes;

/// <summary>What a schedule runs, and notes for which occurrence.</summary>
internal static class Tick
{
    public const string Start = "tick";

    public static Workflow<string> Workflow(NodeLedger ledger) =>
        Cano
            .Workflow.Bare<string>()
            .WithName("tick")
            .Accepts<DateTimeOffset>()
            .Register(
                Start,
                async (context, token) =>
                {
                    var occurrence = $"{context.Input<DateTimeOffset>():O}";
                    ledger.Note(LedgerMark.Begun, context, Start, occurrence);
                    await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, token);
                    ledger.Note(LedgerMark.Done, context, Start, occurrence);
                    return Errand.End;
                },
                TaskConfig.Minimal.WithFixedRetry(5, TimeSpan.FromMilliseconds(10))
            )
            .AddExitState(Errand.End);
}
