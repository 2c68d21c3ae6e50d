using System.Text.RegularExpressions;
using Cano.Testing;

namespace Cano.Integration.OnScreen;

/// <summary>What people see of runs that are under way.</summary>
public sealed partial class ConsoleProgressTests
{
    private readonly VirtualTime _time = new();

    private enum Step
    {
        Import,
        Quote,
        Sum,
        Done,
    }

    [Fact]
    [Trait("ID", "P14")]
    public async Task A_file_is_told_the_begin_the_end_and_now_and_then_how_far_the_run_is()
    {
        var file = new Terminal(isTerminal: false);
        await RunAsync(Importing(file, TimeSpan.FromMilliseconds(120)), "import-1");
        Assert.Equal("import-1: begins", file.Lines[0]);
        // Reports are told beside the body: which one a second sees, the machine says.
        Assert.All(
            file.Lines.Skip(1).Take(10),
            line => Assert.Matches(@"^import-1: Import, \d+ of 100 files, 8\.\d/s, [\d.]+ s left$", line)
        );
        Assert.Equal(
            ["import-1: Quote, 1 branch done, 2 under way", "import-1: Completed in Done"],
            file.Lines.TakeLast(2)
        );
        Assert.InRange(file.Lines.Count, 13, 15);
    }

    [Fact]
    [Trait("ID", "P14")]
    public async Task Lines_are_the_rarer_the_longer_a_run_takes()
    {
        var file = new Terminal(isTerminal: false);
        await RunAsync(Importing(file, TimeSpan.FromSeconds(36)), "import-1");
        Assert.InRange(file.Lines.Count, 60, 120);
    }

    [Fact]
    [Trait("ID", "P15")]
    public async Task A_terminal_shows_the_states_of_a_run_and_its_last_picture_stays()
    {
        var terminal = new Terminal(isTerminal: true);
        await RunAsync(Importing(terminal, TimeSpan.FromMilliseconds(120)), "import-1");
        Assert.Equal(
            """
            ✓ import-1 14 s Completed in Done
             ✓ Import   12 s ━━━━━━━━━━━━━━━━━━━━━━━━ 100 of 100 files, 8.3/s
             ✓ Quote   2.0 s                          2 branches done, 1 not needed
             ✓ Sum     0.0 s
             ✓ Done    0.0 s
            """.ReplaceLineEndings("\n"),
            string.Join('\n', terminal.Screen)
        );
    }

    [Fact]
    [Trait("ID", "P15")]
    public async Task While_it_is_under_way_it_shows_what_is_done_how_fast_and_what_is_left()
    {
        var terminal = new Terminal(isTerminal: true, isUnicode: false);
        List<string> seen = [];
        using var first = Look(TimeSpan.FromSeconds(3.05));
        using var second = Look(TimeSpan.FromSeconds(12.55));
        await RunAsync(Importing(terminal, TimeSpan.FromMilliseconds(120)), "import-1");
        Assert.Matches(
            @"^[-\\|/] import-1 3\.0 s\n [-\\|/] Import  3\.0 s #{5,6}-{18,19} 2\d of 100 files, 8\.\d/s, [89]\.\d s left$",
            seen[0]
        );
        Assert.Matches(
            @"^[-\\|/] import-1 12 s\n \+ Import   12 s #{24} 100 of 100 files, 8\.\d/s\n"
                + @" [-\\|/] Quote   0\.5 s                          0 branches done, 3 under way$",
            seen[1]
        );

        ITimer Look(TimeSpan at) =>
            _time.CreateTimer(
                _ => seen.Add(string.Join('\n', terminal.Screen)),
                null,
                at,
                Timeout.InfiniteTimeSpan
            );
    }

    [Fact]
    [Trait("ID", "P15")]
    public async Task Several_runs_have_a_line_each_and_what_went_wrong_stays_above_them()
    {
        var terminal = new Terminal(isTerminal: true) { Height = 8 };
        var workflow = Workflow
            .Bare<Step>()
            .Register(
                Step.Import,
                async (context, token) =>
                {
                    var number = int.Parse(context.RunId[4..]);
                    await Task.Delay(TimeSpan.FromSeconds(number), context.TimeProvider, token);
                    return number == 2 ? throw new InvalidOperationException("no paper") : Step.Done;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Step.Done)
            .WithTimeProvider(_time)
            .WithObserver(new ConsoleProgress(terminal.Console, _time));
        var runs = Enumerable
            .Range(1, 20)
            .Select(number => workflow.TryOrchestrateAsync(Step.Import, $"run-{number}"))
            .ToList();
        _time.Advance(TimeSpan.FromSeconds(3.5));
        Assert.Equal(
            [
                "✗ run-2: Failed, InvalidOperationException: no paper",
                "17 under way, 2 Completed, 1 Failed; the first 6:",
                .. Enumerable.Range(4, 6).Select(number => $"? run-{number} 3.5 s Import"),
            ],
            terminal.Screen.Select(line => Turning().Replace(line, "?"))
        );
        await _time.RunAsync(Task.WhenAll(runs));
        Assert.Equal(
            ["✗ run-2: Failed, InvalidOperationException: no paper", "19 Completed, 1 Failed"],
            terminal.Screen
        );
    }

    [Fact]
    [Trait("ID", "P14")]
    public async Task Of_several_runs_a_file_is_told_how_many_there_are_and_which_failed()
    {
        var file = new Terminal(isTerminal: false);
        var progress = new ConsoleProgress(file.Console, _time);
        var workflow = Importing(file, TimeSpan.FromSeconds(1), progress);
        await _time.RunAsync(
            Task.WhenAll(
                workflow.OrchestrateAsync(Step.Import, "import-1"),
                workflow.OrchestrateAsync(Step.Import, "import-2")
            )
        );
        Assert.Equal(["2 under way", "2 Completed"], file.Lines);
    }

    private Task<Step> RunAsync(Workflow<Step> workflow, string id) =>
        _time.RunAsync(workflow.OrchestrateAsync(Step.Import, id));

    private Workflow<Step> Importing(Terminal terminal, TimeSpan each, ConsoleProgress? progress = null) =>
        Workflow
            .Bare<Step>()
            .Register(
                Step.Import,
                async (context, token) =>
                {
                    for (var done = 0; done < 100; )
                    {
                        await Task.Delay(each, context.TimeProvider, token);
                        context.ReportProgress(++done, 100, "files");
                    }

                    return Step.Quote;
                }
            )
            .RegisterSplit(
                Step.Quote,
                [Partner("north", 1), Partner("south", 2), Partner("sea", 30)],
                JoinConfig.Create(JoinStrategy.Quorum(2), Step.Sum)
            )
            .RegisterRouter(Step.Sum, _ => Step.Done)
            .AddExitState(Step.Done)
            .WithTimeProvider(_time)
            .WithObserver(progress ?? new ConsoleProgress(terminal.Console, _time));

    private static ITask<Step> Partner(string name, int seconds) =>
        CanoTask.From(
            name,
            async (context, token) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds), context.TimeProvider, token);
                return Step.Sum;
            }
        );

    [GeneratedRegex("^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]")]
    private static partial Regex Turning();
}
