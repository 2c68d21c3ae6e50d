using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>Calculations whose rows wait for company, before and behind effects, a router and a wait: what a
/// crash takes of them is calculated again, and nobody outside may see that.</summary>
internal static class Sums
{
    private const int Rounds = 3;

    public static Workflow<string> Make(Simulation simulation)
    {
        var paid = new Dictionary<string, int>();
        simulation.Invariant(
            "a completed run has paid what was calculated, once a round",
            run => !run.IsCompleted || paid.Values.Order().SequenceEqual([9, 25, 49])
        );
        return Workflow
            .Create<string>(new Resources().Insert("store", MemoryStore.Durable()))
            .Register("read", context => Put(context, "a", Round(context), "double"))
            .Register(
                "double",
                context => Put(context, "b", (2 * Get(context, "a")) + 3, "gate"),
                TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.FromMilliseconds(20))
            )
            .RegisterRouter("gate", _ => "square")
            .Register(
                "square",
                context => Put(context, "c", Get(context, "b") * Get(context, "b"), "pay"),
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromSeconds(90))
            )
            .Register("pay", context => Pay(context, paid), TaskConfig.Default)
            .RegisterRouter("round", context => Round(context) < Rounds ? "read" : "book")
            .Register("book", context => Put(context, "d", Get(context, "c"), "end"))
            .Pure("read", "double", "square", "book")
            .AddExitState("end")
            .WithSnapshotEvery(simulation.Random.Next(3, 9));
    }

    private static int Get(TaskContext context, string key) => context.Store.Get<int>(key);

    private static string Put(TaskContext context, string key, int value, string next)
    {
        context.Store.Put(key, value);
        return next;
    }

    private static int Round(TaskContext context) => context.Store.GetOr("rounds", new List<string>()).Count;

    private static string Pay(TaskContext context, Dictionary<string, int> paid)
    {
        var amount = Get(context, "c");
        if (!paid.TryAdd(context.EffectKey, amount) && paid[context.EffectKey] != amount)
            throw new InvalidOperationException("another amount under the same key");
        var rounds = context.Store.GetOr("rounds", new List<string>());
        if (!rounds.Contains(context.EffectKey))
            context.Store.Put("rounds", (List<string>)[.. rounds, context.EffectKey]);
        return "round";
    }
}
