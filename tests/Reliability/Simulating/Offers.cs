using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>Journaled branches: items are asked once, what has ended is not run again, and what each wrote is
/// the run's with its end.</summary>
internal static class Offers
{
    public static Workflow<string> Make(Simulation simulation)
    {
        var random = simulation.Random;
        int[] items = [.. Enumerable.Range(1, random.Next(1, 7))];
        var config = new SplitConfig
        {
            Journaled = true,
            Bulkhead = random.Next(2) == 0 ? random.Next(1, 4) : null,
            Timeout = random.Next(3) == 0 ? TimeSpan.FromSeconds(random.Next(1, 30)) : null,
            WaitForAll = random.Next(2) == 0,
            Branch = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromSeconds(1)),
        };
        var (hasBegun, isListedAgain, seesOthers, isAsToldByRows) = (false, false, false, true);
        simulation.Invariant("items whose branches have begun are not listed again", _ => !isListedAgain);
        simulation.Invariant("a branch sees nothing of the others", _ => !seesOthers);
        simulation.Invariant("the data is what the branches wrote that ended", _ => isAsToldByRows);
        return Workflow
            .Create<string>(new Resources().Insert("store", MemoryStore.Durable()))
            .RegisterSplit(
                "ask",
                _ =>
                {
                    isListedAgain |= hasBegun;
                    return items;
                },
                async (context, item, cancel) =>
                {
                    hasBegun = true;
                    seesOthers |= context.Store.Keys.Any(key => key is not "all" && key != $"offer {item}");
                    seesOthers |= context.Store.GetOr("all", new List<int>()).Any(other => other != item);
                    // At no instant at which the time of all may be up.
                    await Task.Delay(TimeSpan.FromSeconds(item - 0.3), context.TimeProvider, cancel);
                    // An attempt that failed has left it.
                    if (!context.Store.Contains("all"))
                        context.Store.Append("all", item);
                    context.Store.Put($"offer {item}", 10 * item);
                    return 10 * item;
                },
                JoinStrategy.PartialResults(1),
                (context, offers) =>
                {
                    isAsToldByRows &= IsAsTold(context, offers);
                    return "end";
                },
                config
            )
            .AddExitState("end");
    }

    private static bool IsAsTold(TaskContext context, BranchResults<int, int> offers)
    {
        var all = context.Store.GetOr("all", new List<int>());
        // One that failed may have written before.
        var mayHave = offers.Failed.Select(failed => failed.Item).ToHashSet();
        return offers.Succeeded.All(offer =>
                offer.Value == 10 * offer.Item
                && all.Contains(offer.Item)
                && context.Store.Get<int>($"offer {offer.Item}") == offer.Value
            )
            && all.Distinct().Count() == all.Count
            && all.TrueForAll(item =>
                mayHave.Contains(item) || offers.Succeeded.Any(offer => offer.Item == item)
            );
    }
}
