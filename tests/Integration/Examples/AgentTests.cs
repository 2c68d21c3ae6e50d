using Cano.Examples.Agent;
using Cano.Examples.Terminal;
using Cano.Testing;

namespace Cano.Integration.Examples;

public sealed class AgentTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly VirtualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("ID", "U1")]
    public async Task Allowed_it_writes_down_what_it_has_worked_out()
    {
        await using var prompt = Open();
        await AskedAsync(prompt, "3. asks for: write sum.txt The sum is 42.", "do t-1 sum");
        Assert.False(File.Exists(FileOf("sum.txt")));
        await prompt.HearAsync("t-1: answered", "allow t-1");
        Assert.Equal("The sum is 42.\n", await File.ReadAllTextAsync(FileOf("sum.txt")));
        Assert.Equal(
            [
                "t-1: sum: answered",
                "  the plan: read the numbers, add them up, write the sum down",
                "  1. read numbers.txt → 12 + 30",
                "  2. calculate 12 + 30 → 42",
                "  3. write sum.txt The sum is 42. → written",
                "  the answer: The sum is 42. It is written down in sum.txt.",
            ],
            await ShownAsync(prompt)
        );
        // The plan, three calls, the answer.
        Assert.Equal(5, (await prompt.AnswerAsync("bill")).Count);
        Assert.Equal(TerminalProgram.Succeeded, await prompt.EndAsync());
    }

    [Fact]
    public async Task Refused_the_model_is_told_why_and_answers_otherwise()
    {
        await using var prompt = Open();
        await AskedAsync(prompt, "asks for", "do t-1 sum");
        await prompt.HearAsync("t-1: answered", "refuse t-1 not on a Friday");
        var shown = await ShownAsync(prompt);
        Assert.Contains("  3. write sum.txt The sum is 42. → refused: not on a Friday", shown);
        Assert.Equal(
            "  the answer: The sum is 42. It is not written down: refused: not on a Friday.",
            shown[^1]
        );
        Assert.False(File.Exists(FileOf("sum.txt")));
    }

    [Fact]
    public async Task Each_call_that_reaches_outside_is_asked_for_by_itself()
    {
        await using var prompt = Open();
        await AskedAsync(prompt, "3. asks for: mail ada Your half is 21.", "do t-1 letter");
        await AskedAsync(prompt, "4. asks for: mail bob", "refuse t-1 she is away");
        Assert.Empty(await prompt.AnswerAsync("outbox"));
        await prompt.HearAsync("t-1: answered", "allow t-1");
        Assert.EndsWith(
            "to bob: Ada's half is 21; would you tell her?",
            Assert.Single(await prompt.AnswerAsync("outbox")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task It_uses_no_more_tools_than_it_may_and_is_paid_for_no_more()
    {
        await using var prompt = Open("--steps", "3");
        await prompt.HearAsync("t-1: gave-up", "do t-1 endless");
        Assert.Equal(
            ["  1. calculate 1 + 1 → 2", "  2. calculate 1 + 1 → 2", "  3. calculate 1 + 1 → 2"],
            (await ShownAsync(prompt)).Skip(2)
        );
        Assert.Equal(4, (await prompt.AnswerAsync("bill")).Count);
    }

    [Fact]
    [Trait("ID", "S1"), Trait("ID", "U4")]
    public async Task Stopped_while_it_asks_it_asks_again_with_all_that_it_knew()
    {
        IReadOnlyList<string> shown;
        await using (var before = Open())
        {
            await AskedAsync(before, "asks for", "do t-1 sum");
            shown = await ShownAsync(before);
            Assert.Equal(TerminalProgram.Succeeded, await before.StopAsync());
        }

        await using var after = Open();
        await after.HearAsync("t-1: sum: waits for you");
        await after.HearAsync("3. asks for: write sum.txt The sum is 42.");
        Assert.Equal(shown, await ShownAsync(after));
        Assert.Equal(4, (await after.AnswerAsync("bill")).Count);
        await after.HearAsync("t-1: answered", "allow t-1");
    }

    [Fact]
    public async Task What_a_tool_cannot_do_is_told_to_the_model_and_fails_nothing()
    {
        Script(
            "odd",
            "plan try this and that",
            "call fly to the moon",
            "call read ../journal",
            "call read nothing.txt",
            "call calculate 1 / 0",
            "call calculate 1 +",
            "call write",
            "otherwise done {1}; {2}; {3}; {4}; {5}; {last}"
        );
        await using var prompt = Open();
        await AskedAsync(prompt, "6. asks for: write", "do t-1 odd");
        await prompt.HearAsync("t-1: answered", "allow t-1");
        Assert.Equal(
            "  the answer: there is no tool 'fly'; '../journal' is no name of a file; "
                + "there is no file 'nothing.txt'; Attempted to divide by zero.; '1 +' is no sum; "
                + "write takes a file and a text",
            (await ShownAsync(prompt))[^1]
        );
    }

    [Fact]
    public async Task A_script_that_is_none_fails_the_task_and_when_it_is_mended_a_retry_goes_on()
    {
        Script("new", "done nothing");
        await using var prompt = Open();
        var failed = prompt.HearAsync("t-1: failed, see `retry`", "do t-1 new");
        // It is tried again, as if the model had not been reached.
        while (!failed.IsCompleted)
        {
            await Task.WhenAny(failed, _time.WhenWaitingAsync());
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await failed;
        Script("new", "plan nothing", "done nothing");
        await prompt.HearAsync("t-1: answered", "retry t-1");
    }

    [Theory]
    [InlineData("the model has no script for 'nix'; see `tasks`", "do t-2 nix")]
    [InlineData("was asked for with another", "do t-1 letter")]
    [InlineData("t-1 asks nothing: gave-up", "allow t-1")]
    [InlineData("refuse <id> <why>", "refuse t-1")]
    [InlineData("there is no task 't-2'", "show t-2")]
    [InlineData("t-1 has ended: gave-up", "cancel t-1")]
    public async Task A_mistake_is_told_in_one_line_and_the_prompt_goes_on(string told, string typed)
    {
        await using var prompt = Open();
        await prompt.AnswerAsync("do t-1 endless", "wait t-1");
        // What is told of the end may come now.
        var answer = (await prompt.AnswerAsync(typed)).Where(line => line != "t-1: gave-up");
        Assert.Contains(told, Assert.Single(answer), StringComparison.Ordinal);
        Assert.Contains("letter", await prompt.AnswerAsync("tasks"));
    }

    [Fact]
    [Trait("ID", "U2")]
    public async Task An_approval_of_another_call_is_not_taken_for_this_one()
    {
        using var desk = new AgentBench(_folder.Path);
        await using var engine = CanoEngine.InMemory();
        var run = await desk.StartAsync(engine, "letter");
        // Given before it is asked for, and again when the first is asked for: neither is for the second.
        await run.SignalAsync(AgentWorkflow.Allow, new Approval(4));
        await run.SignalAsync(AgentWorkflow.Refuse, new Refusal(3, "no"));
        await run.SignalAsync(AgentWorkflow.Allow, new Approval(3));
        while (await run.DescribeAsync() is not { State: "ask", Waiting: not null, Visit: > 8 })
            await Task.Yield();
        Assert.Empty(desk.Outbox.Lines);
        await run.SignalAsync(AgentWorkflow.Refuse, new Refusal(4, "no"));
        Assert.Equal("Nobody may be told.", await run.OutputAsync<string>().Soon());
        Assert.Empty(desk.Outbox.Lines);
    }

    [Fact]
    [Trait("ID", "U3")]
    public async Task Cut_off_before_any_of_its_rows_each_answer_is_paid_once_and_the_letter_goes_once()
    {
        var cut = 0;
        while (await IsCutAsync(cut + 1))
            cut++;
        Assert.True(cut >= 10, $"{cut} rows");
    }

    [Theory]
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("(1 + 2) * 3", "9")]
    [InlineData("-2 - -3", "1")]
    [InlineData("10 / 4", "2.5")]
    [InlineData(" 1.50+1 ", "2.5")]
    [InlineData("1 - 2 - 3", "-4")]
    public void A_sum_is_worked_out(string sum, string result) =>
        Assert.Equal(result, new Sum(sum).Evaluate());

    [Theory]
    [InlineData("")]
    [InlineData("1 2")]
    [InlineData("(1")]
    [InlineData("1)")]
    [InlineData("one")]
    [InlineData("9999999999999999999 * 9999999999999999999")]
    public void What_is_no_sum_is_told(string sum) =>
        Assert.Throws<ToolException>(() => new Sum(sum).Evaluate());

    [Fact]
    public void A_sum_of_nothing_but_parentheses_is_refused_before_the_stack_is_full() =>
        Assert.Throws<ToolException>(() => new Sum(new string('(', 100_000)).Evaluate());

    [Theory]
    [InlineData("--steps takes a number", "--steps", "none")]
    [InlineData("--steps takes a number", "--steps", "0")]
    [InlineData("--pace takes a time", "--pace", "3w")]
    [InlineData("--journal needs a value", "--journal")]
    [InlineData("--steps needs a value", "--steps")]
    public async Task A_mistake_in_the_options_is_told_in_one_line(string told, params string[] options)
    {
        using var errors = new StringWriter { NewLine = "\n" };
        var program = new AgentProgram(TextWriter.Null, errors)
        {
            ReadLineAsync = _ => throw new InvalidOperationException("it must not come to this"),
        };
        Assert.Equal(TerminalProgram.Misused, await program.RunAsync(options, CancellationToken.None));
        Assert.Contains(
            told,
            Assert.Single(errors.ToString().TrimEnd().Split('\n')),
            StringComparison.Ordinal
        );
    }

    /// <summary>Without what is told meanwhile: that the task was taken.</summary>
    private static async Task<IReadOnlyList<string>> ShownAsync(TypedProgram prompt) =>
        [
            .. (await prompt.AnswerAsync("show t-1")).Where(line =>
                !line.Contains(", in at most ", StringComparison.Ordinal)
            ),
        ];

    /// <summary>Types a line, and returns when it is asked for a call, and somebody may decide.</summary>
    private static async Task AskedAsync(TypedProgram prompt, string call, string typed)
    {
        await prompt.HearAsync(call, typed);
        await prompt.HearAsync("`allow t-1`");
    }

    /// <summary>Whether the process died before the letter's task had come to its end; the next one goes on
    /// with it then.</summary>
    private static async Task<bool> IsCutAsync(int append)
    {
        using var folder = new TempDirectory();
        using var bench = new AgentBench(folder.Path);
        var disk = new MemoryCheckpointStore();
        var dying = new DyingStore(disk, append);
        var before = await CanoEngine.OpenAsync(dying);
        var run = await bench.StartAsync(before, "letter");
        await run.SignalAsync(AgentWorkflow.Allow, new Approval(3));
        var first = await Task.WhenAny(run.Completion(), dying.HasDied).Soon();
        await before.DisposeAsync();
        if (first != dying.HasDied)
            return false;
        await using var next = await CanoEngine.OpenAsync(disk);
        next.Add(bench.Agent);
        await next.ResumeAsync().LastOrDefaultAsync();
        Assert.Equal(
            "The letter is sent.",
            await next.Run(bench.Agent, run.RunId).OutputAsync<string>().Soon()
        );
        Assert.Single(bench.Outbox.Lines);
        Assert.Equal(
            [
                "work out the half of the sum, and tell ada",
                "call read numbers.txt",
                "call calculate (12 + 30) / 2",
                "call mail ada Your half is 21.",
                "done The letter is sent.",
            ],
            bench.Bill.Lines.Select(line => line.Text)
        );
        return true;
    }

    private TypedProgram Open(params string[] more) =>
        new(
            (output, read) =>
                new AgentProgram(output, TextWriter.Null) { ReadLineAsync = read, Time = _time },
            ["--journal", _folder.Path, "--pace", "0s", .. more]
        );

    private string FileOf(string name) => Path.Combine(_folder.Path, "files", name);

    private void Script(string name, params string[] lines)
    {
        var settings = new Settings { Folder = _folder.Path };
        Samples.Write(settings);
        File.WriteAllLines(Path.Combine(settings.ScriptsPath, $"{name}.txt"), lines);
    }
}
