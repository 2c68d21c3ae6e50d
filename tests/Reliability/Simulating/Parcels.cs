using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>An order that reserves, has one child pay and one for each parcel send it, under strategies that
/// do not need them all: each of these runs has faults of its own.</summary>
internal static class Parcels
{
    public static Workflow<string> Make(Simulation simulation)
    {
        var random = simulation.Random;
        int[] parcels = [.. Enumerable.Range(1, random.Next(1, 5))];
        var join = random.Next(3) switch
        {
            0 => JoinStrategy.All,
            1 => JoinStrategy.Any,
            _ => JoinStrategy.PartialResults(random.Next(1, parcels.Length + 1)),
        };
        var config = new SplitConfig
        {
            Bulkhead = random.Next(2) == 0 ? random.Next(1, 4) : null,
            WaitForAll = random.Next(2) == 0,
        };
        var books = new CompensationLedger();
        simulation.Invariant(
            "what its children did and undid is what their rows say",
            run => Check(run, books)
        );
        return Workflow
            .Bare<string>()
            .WithName("order")
            .RegisterWithCompensation<int>("reserve", (_, _) => new(("pay", 1)), (_, _, _) => default)
            .RegisterChild(
                "pay",
                Booking("payment", TimeSpan.FromMinutes(5), books),
                "book",
                (_, end) => end.IsSuccess ? "send" : "unpaid",
                to: ["send", "unpaid"]
            )
            .RegisterChildren(
                "send",
                _ => parcels,
                Booking("parcel", TimeSpan.FromDays(1), books),
                "book",
                join,
                (_, _) => "end",
                config
            )
            .AddExitStates("end", "unpaid");
    }

    /// <summary>Books, which can be undone, waits, and tells.</summary>
    private static Workflow<string> Booking(string name, TimeSpan wait, CompensationLedger books) =>
        Workflow
            .Bare<string>()
            .WithName(name)
            .RegisterWithCompensation<string>(
                "book",
                (context, _) =>
                {
                    books.Do(context.RunId, context.EffectKey);
                    return new(("wait", context.EffectKey));
                },
                (context, key, _) =>
                {
                    books.Undo(context.RunId, key);
                    return default;
                },
                TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.FromSeconds(2))
            )
            .RegisterTimer("wait", wait, "tell")
            .Register("tell", _ => "end", TaskConfig.Minimal)
            .AddExitState("end");

    private static void Check(SimulatedRun run, CompensationLedger books)
    {
        foreach (var (id, rows) in run.ChildRows)
        {
            var isBooked = books.Left.Contains(id);
            Broken.Unless(
                isBooked || rows[^1].Status != RowStatus.Completed,
                $"'{id}' has completed, and booked nothing"
            );
            Broken.Unless(
                !isBooked || rows[^1].Status != RowStatus.RolledBack,
                $"'{id}' was rolled back, and its booking stands"
            );
        }
    }
}
