using Xunit.Abstractions;

namespace Cano.Integration.Examples;

/// <summary>The shop is killed again and again, at moments it does not choose, and the same is typed at each
/// start.</summary>
[Collection(StartsProcesses.Name)]
public sealed class ShopKillTests(ITestOutputHelper log)
{
    private const string Cancelled = "cancelled";

    /// <summary>What is ordered, and what of it stands in the end; of one that is cancelled, that depends on
    /// when.</summary>
    private static readonly (string Id, string Items, string Town, string[]? Standing)[] s_orders =
    [
        ("good-1", "1 lamp, 1 vase", "Oslo", ["charged", "reserved", "reserved", "booked"]),
        ("good-2", "2 chair", "Tartu", ["charged", "reserved", "booked"]),
        ("dear", "5 lamp, 3 chair", "Oslo", []),
        ("many", "4 vase", "Lisbon", []),
        ("far", "1 lamp", "Atlantis", []),
        (Cancelled, "1 lamp", "Vienna", null),
    ];

    [Fact]
    [Trait("ID", "V1"), Trait("ID", "V4"), Trait("ID", "V6")]
    public Task Killed_at_any_moment_each_order_is_delivered_once_or_not_at_all() =>
        new Killings(log, linesMax: 60, afterMax: 40).RepeatAsync(folder => new Shop(folder));

    private sealed class Shop(string folder) : IKilledProgram
    {
        private readonly HashSet<string> _accepted = [];

        public Task<(IReadOnlyList<string> Printed, bool HasEnded)> RunAsync(Random moments, Death death)
        {
            var ids = s_orders.Select(order => order.Id).ToList();
            // Also some that were heard of: what is ordered twice is ordered once.
            var ordered = ids.Where(id => !_accepted.Contains(id) || moments.Next(ids.Count) == 0);
            string[] typed =
            [
                // Three deaths in a row beside a step set its run aside: it is a person who says that it was
                // not the step's fault.
                .. ids.Select(id => $"retry {id}"),
                .. ordered.SelectMany(Order),
                $"cancel {Cancelled}",
                .. ids.Select(id => $"wait {id}"),
                "list",
                "quit",
            ];
            return TerminalProcess.RunAsync(
                "Shop",
                ["--journal", folder, "--pace", "150ms", "--lag", "20ms"],
                typed,
                death
            );
        }

        /// <summary>Nothing stands twice in the books.</summary>
        public void Check(IReadOnlyList<string> printed)
        {
            _accepted.UnionWith(
                s_orders.Select(order => order.Id).Where(id => IsTold(printed, id, ": accepted"))
            );
            using var books = new ShopBooks(folder);
            var entries = books.Entries.ToList();
            Assert.Distinct(entries.Select(entry => (entry.OrderId, entry.Kind, entry.What)));
            Assert.Distinct(entries.Select(entry => entry.Undoes).Where(key => key.Length > 0));
        }

        public void CheckEnd(IReadOnlyList<string> printed)
        {
            using var books = new ShopBooks(folder);
            Assert.All(s_orders, order => CheckEnd(order.Id, order.Standing, printed, books));
        }

        private static void CheckEnd(
            string id,
            string[]? expected,
            IReadOnlyList<string> printed,
            ShopBooks books
        )
        {
            string[] standing = [.. books.StandingOf(id)];
            if (expected is not null)
                Assert.Equal(expected, standing);
            else
                Assert.Contains(standing.Length, new[] { 0, 3 });
            var end =
                standing.Length > 0 ? ": confirmed"
                : id == Cancelled ? ": cancelled"
                : ": not delivered; all is taken back";
            Assert.True(IsTold(printed, id, end), $"{id}{end}");
        }

        /// <summary>Whether a line about an order has these words.</summary>
        private static bool IsTold(IReadOnlyList<string> printed, string id, string words) =>
            printed.Any(line =>
                line.StartsWith($"{id}: ", StringComparison.Ordinal)
                && line.Contains(words, StringComparison.Ordinal)
            );

        /// <summary>Each with a card of its own. What answers the questions means nothing, and is told so,
        /// when the order is there.</summary>
        private static IEnumerable<string> Order(string id)
        {
            var i = Array.FindIndex(s_orders, order => order.Id == id);
            return
            [
                $"order {id}",
                s_orders[i].Items,
                $"42424242424242{i:D2}",
                $"Storgata 1, {s_orders[i].Town}",
            ];
        }
    }
}
