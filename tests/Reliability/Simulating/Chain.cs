using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>Plain states with routers between them, which go round for as long as the durable data says. Two
/// effects a round, each under its effect key.</summary>
internal static class Chain
{
    private const int Rounds = 4;

    public static Workflow<string> Make(Simulation simulation)
    {
        var ledger = new CompensationLedger();
        simulation.Invariant(
            "a completed chain has done its rounds, each once",
            run => !run.IsCompleted || ledger.Done.Count == 2 * Rounds
        );
        return Workflow
            .Create<string>(new Resources().Insert("store", MemoryStore.Durable()))
            .Register(
                "read",
                context => Do(context, ledger, "gate"),
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero),
                ["gate"]
            )
            .RegisterRouter("gate", _ => "work", to: ["work"])
            .Register("work", context => Do(context, ledger, "round"), TaskConfig.Default, ["round"])
            .RegisterRouter("round", context => Round(context) < Rounds ? "read" : "end", to: ["read", "end"])
            .AddExitState("end")
            .WithSnapshotEvery(3);
    }

    private static int Round(TaskContext context) => context.Store.GetOr("rounds", new List<string>()).Count;

    private static string Do(TaskContext context, CompensationLedger ledger, string next)
    {
        ledger.Do(context);
        var rounds = context.Store.GetOr("rounds", new List<string>());
        // The data of a failed attempt stays, so what a visit adds is told by its key.
        if (context.State == "work" && !rounds.Contains(context.EffectKey))
            context.Store.Put("rounds", (List<string>)[.. rounds, context.EffectKey]);
        return next;
    }
}
