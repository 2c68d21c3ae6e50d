using Cano.Examples.Agent;
using Xunit.Abstractions;

namespace Cano.Integration.Examples;

/// <summary>The agent is killed again and again, at moments it does not choose, and the same is typed at each
/// start.</summary>
[Collection(StartsProcesses.Name)]
public sealed class AgentKillTests(ITestOutputHelper log)
{
    private const int Kills = 15;
    private const int LinesMax = 30;
    private const int AfterMax = 60;

    private static readonly string[] s_tasks = ["sum", "letter", "endless"];

    [Fact]
    [Trait("ID", "U3")]
    public async Task Killed_at_any_moment_it_pays_for_each_answer_once_and_sends_one_letter()
    {
        var seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        var moments = new Random(seed);
        for (var kills = 0; kills < Kills; )
            kills += await KillsUntilAllHaveEndedAsync(moments);
    }

    /// <returns>How many it took.</returns>
    private async Task<int> KillsUntilAllHaveEndedAsync(Random moments)
    {
        using var folder = new TempDirectory();
        var settings = new Settings { Folder = folder.Path };
        for (var kills = 0; ; kills++)
        {
            var death = new Death(
                moments.Next(1, LinesMax),
                TimeSpan.FromMilliseconds(moments.Next(AfterMax))
            );
            var (printed, hasEnded) = await RunAsync(folder.Path, death);
            log.WriteLine($"{death}: {printed.Count} lines");
            if (!hasEnded)
                continue;
            log.WriteLine(string.Join('\n', printed));
            AssertPaidOnce(settings);
            using var outbox = new Ledger(settings.OutboxPath);
            Assert.Equal("to ada: Your half is 21.", Assert.Single(outbox.Lines).Text);
            Assert.Equal(
                "The sum is 42.\n",
                await File.ReadAllTextAsync(Path.Combine(settings.FilesPath, "sum.txt"))
            );
            Assert.Contains("  the answer: The sum is 42. It is written down in sum.txt.", printed);
            Assert.Contains("  the answer: The letter is sent.", printed);
            Assert.Contains("endless: endless: gave-up", printed);
            return kills;
        }
    }

    /// <summary>The plan, three calls and the answer; of the endless one the plan and eight calls.</summary>
    private static void AssertPaidOnce(Settings settings)
    {
        using var bill = new Ledger(settings.BillPath);
        Assert.Equal(5 + 5 + 9, bill.Lines.Count);
        Assert.Distinct(bill.Lines.Select(line => line.Key));
    }

    private static Task<(IReadOnlyList<string> Printed, bool HasEnded)> RunAsync(string folder, Death death)
    {
        string[] typed =
        [
            // Three deaths in a row beside a step set its run aside: it is a person who says that it was not
            // the step's fault.
            .. s_tasks.Select(task => $"retry {task}"),
            .. s_tasks.Select(task => $"do {task} {task}"),
            .. s_tasks.SelectMany(task => (string[])[$"wait {task}", $"allow {task}", $"wait {task}"]),
            .. s_tasks.Select(task => $"wait {task}"),
            .. s_tasks.Select(task => $"show {task}"),
            "quit",
        ];
        return TerminalProcess.RunAsync("Agent", ["--journal", folder, "--pace", "20ms"], typed, death);
    }
}
