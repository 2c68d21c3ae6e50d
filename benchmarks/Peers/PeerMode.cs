using System.Text.Json;
using Cano.Benchmarks.Quick;

namespace Cano.Benchmarks.Peers;

/// <summary>Times each workload as Cano does it, by hand, and as its peers do it: one line of JSON each, and
/// at the end a table of all. Each has a process of its own, one after the other.</summary>
internal static class PeerMode
{
    /// <summary>The verb that makes this program the process of one entry.</summary>
    public const string Verb = "entry";

    public static async Task<int> RunAsync(string[] options)
    {
        if (QuickOptions.Read(options) is not { } told)
        {
            await Console.Error.WriteLineAsync($"usage: {QuickOptions.Usage}");
            return 2;
        }

        var table = new PeerTable();
        var failed = 0;
        foreach (
            var entry in Entry.All.Where(it => it.Workload.Contains(told.Filter, StringComparison.Ordinal))
        )
        {
            var exit = await OwnProcess.RunAsync(
                [Verb, entry.Workload, entry.Peer, $"{told.Rounds}"],
                line => Hear(line, entry, table)
            );
            // Native parts may not load everywhere: the others are measured all the same.
            if (exit is 0)
                continue;
            await Console.Error.WriteLineAsync($"{entry.Workload} of {entry.Peer} exited with {exit}.");
            failed++;
        }

        await Console.Out.WriteLineAsync(table.ToMarkdown());
        return failed == 0 ? 0 : 1;
    }

    /// <summary>What the process of an entry does.</summary>
    public static async Task<int> MeasureAsync(string name, string peer, int rounds)
    {
        var entry = Entry.All.Single(it => it.Workload == name && it.Peer == peer);
        var workload = new Workload(entry.Benchmark);
        await workload.OpenAsync();
        var measured = await Measurement.OfAsync(workload, rounds) with { Workload = name, Peer = peer };
        await Console.Out.WriteLineAsync(measured.ToJson());
        await workload.CloseAsync();
        return 0;
    }

    private static void Hear(string line, Entry entry, PeerTable table)
    {
        Console.WriteLine(line);
        // A peer may print what it likes.
        if (!line.StartsWith('{'))
            return;
        using var told = JsonDocument.Parse(line);
        var read = told.RootElement;
        table.Add(
            new(
                entry,
                read.GetProperty("unit").GetString()!,
                read.GetProperty("median_ns").GetDouble(),
                read.GetProperty("min_ns").GetDouble()
            )
        );
    }
}
