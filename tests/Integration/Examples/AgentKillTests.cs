using Cano.Examples.Agent;
using Xunit.Abstractions;

namespace Cano.Integration.Examples;

/// <summary>The agent is killed again and again, at moments it does not choose, and the same is typed at each
/// start.</summary>
[Collection(StartsProcesses.Name)]
public sealed class AgentKillTests(ITestOutputHelper log)
{
    private static readonly string[] s_tasks = ["sum", "letter", "endless"];

    [Fact]
    [Trait("ID", "U3")]
    public Task Killed_at_any_moment_it_pays_for_each_answer_once_and_sends_one_letter() =>
        new Killings(log, linesMax: 30, afterMax: 60).RepeatAsync(folder => new Agent(folder));

    private sealed class Agent(string folder) : IKilledProgram
    {
        private readonly Settings _settings = new() { Folder = folder };

        public Task<(IReadOnlyList<string> Printed, bool HasEnded)> RunAsync(Random moments, Death death)
        {
            string[] typed =
            [
                // Three deaths in a row beside a step set its run aside: it is a person who says that it was
                // not the step's fault.
                .. s_tasks.Select(task => $"retry {task}"),
                .. s_tasks.Select(task => $"do {task} {task}"),
                .. s_tasks.SelectMany(task => (string[])[$"wait {task}", $"allow {task}", $"wait {task}"]),
                .. s_tasks.Select(task => $"wait {task}"),
                .. s_tasks.Select(task => $"show {task}"),
                "quit",
            ];
            return TerminalProcess.RunAsync("Agent", ["--journal", folder, "--pace", "20ms"], typed, death);
        }

        public void Check(IReadOnlyList<string> printed) { }

        public void CheckEnd(IReadOnlyList<string> printed)
        {
            CheckPaidOnce();
            using var outbox = new Ledger(_settings.OutboxPath);
            Assert.Equal("to ada: Your half is 21.", Assert.Single(outbox.Lines).Text);
            Assert.Equal("The sum is 42.\n", File.ReadAllText(Path.Combine(_settings.FilesPath, "sum.txt")));
            Assert.Contains("  the answer: The sum is 42. It is written down in sum.txt.", printed);
            Assert.Contains("  the answer: The letter is sent.", printed);
            Assert.Contains("endless: endless: gave-up", printed);
        }

        /// <summary>The plan, three calls and the answer; of the endless one the plan and eight
        /// calls.</summary>
        private void CheckPaidOnce()
        {
            using var bill = new Ledger(_settings.BillPath);
            Assert.Equal(5 + 5 + 9, bill.Lines.Count);
            Assert.Distinct(bill.Lines.Select(line => line.Key));
        }
    }
}
