using System.Collections.Concurrent;
using Cano.Examples.Expenses;
using Cano.Testing;

namespace Cano.Integration.Examples;

public sealed class ExpensesTests : IDisposable
{
    private const string Submit = "submit trip-7 120 train to Oslo";

    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("ID", "U1"), Trait("ID", "U2")]
    public async Task Two_approve_and_it_is_paid_however_often_each_is_asked()
    {
        await using var prompt = Open();
        await prompt.HearAsync("waits in first-approval", Submit, Submit);
        await prompt.HearAsync("waits in second-approval", "approve trip-7 ada", "approve trip-7 ada");
        await prompt.HearAsync("trip-7: paid", "approve trip-7 bob");
        Assert.Equal(["reserved", "paid"], await BookAsync(prompt));
        Assert.Equal(
            [
                "trip-7: 120.00 for train to Oslo",
                "  paid",
                "  approved by ada and bob",
                "  accept → reserve → first-approval → second-approval → pay → paid",
            ],
            await prompt.AnswerAsync("show trip-7")
        );
        Assert.Equal(ExpensesProgram.Succeeded, await prompt.EndAsync());
    }

    [Fact]
    public async Task The_same_person_is_told_so_and_the_run_waits_on()
    {
        await using var prompt = Open();
        await prompt.HearAsync("waits in first-approval", Submit);
        await prompt.HearAsync("waits in second-approval", "approve trip-7 ada");
        var before = await prompt.AnswerAsync("show trip-7");
        Assert.Equal(
            ["trip-7: ada has approved already; somebody else must, too"],
            await prompt.AnswerAsync("approve trip-7 ada")
        );
        Assert.Equal(before, await prompt.AnswerAsync("show trip-7"));
    }

    [Theory]
    [Trait("ID", "U7")]
    [InlineData("refuse trip-7 cem", "trip-7: not paid: cem refused")]
    [InlineData("cancel trip-7", "trip-7: cancelled")]
    public async Task Refused_or_cancelled_it_gives_the_money_back(string typed, string told)
    {
        await using var prompt = Open();
        await prompt.HearAsync("waits in first-approval", Submit);
        await prompt.HearAsync("waits in second-approval", "approve trip-7 ada");
        await prompt.HearAsync(told, typed);
        Assert.Equal(["reserved", "given back"], await BookAsync(prompt));
        Assert.Contains("trip-7 has ended", Assert.Single(await prompt.AnswerAsync(typed)));
    }

    [Fact]
    [Trait("ID", "U4")]
    public async Task Nobody_decides_and_it_is_reminded_of_and_expires()
    {
        var time = new VirtualTime();
        await using var prompt = Open(time);
        await prompt.HearAsync("waits in first-approval until 00:00:30", Submit);
        time.Advance(TimeSpan.FromSeconds(30));
        await prompt.HearAsync("REMINDER");
        await prompt.HearAsync("waits in first-last-call until 00:02:00");
        time.Advance(TimeSpan.FromSeconds(90));
        await prompt.HearAsync("trip-7: not paid: nobody decided in time");
        Assert.Equal(["reserved", "given back"], await BookAsync(prompt));
    }

    [Fact]
    [Trait("ID", "U4")]
    public async Task The_last_call_is_answered_by_the_second_too()
    {
        var time = new VirtualTime();
        await using var prompt = Open(time, "--reminder", "1d", "--deadline", "5d");
        await prompt.HearAsync("waits in first-approval until 2000-01-02 00:00:00", Submit);
        time.Advance(TimeSpan.FromDays(1));
        await prompt.HearAsync("waits in first-last-call");
        await prompt.HearAsync("waits in second-approval until 2000-01-03 00:00:00", "approve trip-7 ada");
        time.Advance(TimeSpan.FromDays(1));
        await prompt.HearAsync("waits in second-last-call until 2000-01-07 00:00:00");
        await prompt.HearAsync("trip-7: paid", "approve trip-7 bob");
    }

    [Fact]
    [Trait("ID", "U4"), Trait("ID", "S1")]
    public async Task Stopped_and_started_again_it_goes_on_and_the_reminder_comes_when_it_was_due()
    {
        var time = new VirtualTime();
        await using (var before = Open(time))
        {
            await before.HearAsync("waits in first-approval until 00:00:30", Submit);
            Assert.Equal(ExpensesProgram.Succeeded, await before.StopAsync());
        }

        time.Advance(TimeSpan.FromSeconds(20));
        await using var after = Open(time);
        await after.HearAsync("trip-7: 120.00 for train to Oslo: waits in first-approval until 00:00:30");
        time.Advance(TimeSpan.FromSeconds(10));
        await after.HearAsync("REMINDER");
        await after.HearAsync("waits in second-approval", "approve trip-7 ada");
        await after.HearAsync("trip-7: paid", "approve trip-7 bob");
        Assert.Equal(["reserved", "paid"], await BookAsync(after));
    }

    [Fact]
    public async Task Whoever_sends_past_the_prompt_is_held_to_two_people_too()
    {
        using var book = new Book(_folder.File("book.txt"));
        var told = new ConcurrentQueue<string>();
        var expenses = new ExpenseWorkflow(new Bank(book, TimeSpan.Zero), new(), told.Enqueue).Workflow();
        await using var engine = CanoEngine.InMemory().Add(expenses);
        var run = await engine.StartAsync(expenses, Step.Accept, "trip-7", new Expense(120, "train to Oslo"));
        foreach (var by in new[] { "ada", "ada", "bob" })
            await run.SignalAsync(ExpenseWorkflow.Approve, new Approval(by));
        Assert.Equal(Step.Paid, await run.Completion().Soon());
        Assert.Equal(
            [
                "trip-7: ada approved",
                "trip-7: ada has approved already; somebody else must, too",
                "trip-7: bob approved",
            ],
            told
        );
    }

    [Theory]
    [InlineData("there is no expense 'trip-8'", "approve trip-8 ada")]
    [InlineData("there is no expense 'trip-8'", "show trip-8")]
    [InlineData("'12O' is no amount", "submit trip-8 12O train")]
    [InlineData("'-1' is no amount", "submit trip-8 -1 train")]
    [InlineData("'0.001' is no amount", "submit trip-8 0.001 train")]
    [InlineData("submit <id> <amount> <what>", "submit trip-8 120")]
    [InlineData("approve <id> <who>", "approve")]
    [InlineData("what is 'pay'?", "pay trip-7")]
    [InlineData("is another expense, 120.00 for train to Oslo", "submit trip-7 121 train to Oslo")]
    public async Task A_mistake_is_told_in_one_line_and_the_prompt_goes_on(string told, string typed)
    {
        await using var prompt = Open();
        await prompt.HearAsync("waits in first-approval", Submit);
        await prompt.AnswerAsync("help");
        Assert.Contains(told, Assert.Single(await prompt.AnswerAsync(typed)), StringComparison.Ordinal);
        Assert.Equal(["reserved"], await BookAsync(prompt));
    }

    [Theory]
    [InlineData("--reminder takes a time", "--reminder", "soon")]
    [InlineData("--reminder takes a time", "--reminder", "3w")]
    [InlineData("--deadline needs a value", "--deadline")]
    [InlineData("--pace needs a value", "--pace", "--reminder")]
    [InlineData("--reminder 2m is not before --deadline 90s", "--reminder", "120s", "--deadline", "90s")]
    [InlineData("--reminder 0s is at once; it comes after a while", "--reminder", "0m")]
    [InlineData("--journal needs a value", "--journal")]
    public async Task A_mistake_in_the_options_is_told_in_one_line(string told, params string[] options)
    {
        using var errors = new StringWriter { NewLine = "\n" };
        var program = new ExpensesProgram(TextWriter.Null, errors)
        {
            ReadLineAsync = _ => throw new InvalidOperationException("it must not come to this"),
        };
        var folder = _folder.File("expenses");
        var exitCode = await program.RunAsync(["--journal", folder, .. options], CancellationToken.None);
        Assert.Equal(ExpensesProgram.Misused, exitCode);
        Assert.Contains(
            told,
            Assert.Single(errors.ToString().TrimEnd().Split('\n')),
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    [Trait("ID", "S5")]
    public async Task Cut_off_before_any_of_its_rows_and_cancelled_then_nothing_of_it_stands()
    {
        using var book = new Book(_folder.File("book.txt"));
        var cut = await CutAsync(book, (engine, id) => engine.CancelAsync(id));
        Assert.All(
            cut,
            id =>
            {
                Assert.Equal(Count(book, "paid", id), Count(book, "called back", id));
                Assert.Equal(Count(book, "reserved", id), Count(book, "given back", id));
            }
        );
    }

    [Fact]
    [Trait("ID", "U3")]
    public async Task Cut_off_before_any_of_its_rows_and_gone_on_with_it_is_reserved_and_paid_once()
    {
        using var book = new Book(_folder.File("book.txt"));
        var cut = await CutAsync(book, async (engine, id) => await engine.ResumeAsync().LastOrDefaultAsync());
        Assert.All(
            cut,
            id =>
                Assert.Equal(
                    (1, 1, 0),
                    (Count(book, "reserved", id), Count(book, "paid", id), Count(book, "given back", id))
                )
        );
    }

    private TypedProgram Open(TimeProvider? time = null, params string[] more) =>
        new(
            (output, read) =>
                new ExpensesProgram(output, TextWriter.Null)
                {
                    ReadLineAsync = read,
                    Time = time ?? TimeProvider.System,
                },
            ["--journal", _folder.Path, .. more]
        );

    /// <summary>The process of an expense that two approve dies before its first row, another's before its
    /// second one, and so on, and the next process does something about it.</summary>
    /// <returns>Their ids.</returns>
    private static async Task<IReadOnlyList<string>> CutAsync(Book book, Func<CanoEngine, string, Task> next)
    {
        var bank = new Bank(book, TimeSpan.Zero);
        var expenses = new ExpenseWorkflow(bank, new Settings(), _ => { }).Workflow();
        var cut = new List<string>();
        while (true)
        {
            var disk = new MemoryCheckpointStore();
            var dying = new DyingStore(disk, append: cut.Count + 1);
            var id = $"trip-{cut.Count}";
            if (await IsPaidAsync(expenses, id, dying))
                break;
            cut.Add(id);
            await using var engine = await CanoEngine.OpenAsync(disk);
            engine.Add(expenses);
            await next(engine, id);
            await ((Task)engine.Run(expenses, id).Completion()).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing
            );
        }

        Assert.True(cut.Count >= 8, $"{cut.Count} rows");
        return cut;
    }

    /// <summary>Whether it comes to its end before its process dies.</summary>
    private static async Task<bool> IsPaidAsync(Workflow<Step> expenses, string id, DyingStore store)
    {
        await using var engine = await CanoEngine.OpenAsync(store);
        engine.Add(expenses);
        var run = await engine.StartAsync(expenses, Step.Accept, id, new Expense(120, "train to Oslo"));
        await run.SignalAsync(ExpenseWorkflow.Approve, new Approval("ada"));
        await run.SignalAsync(ExpenseWorkflow.Approve, new Approval("bob"));
        return await Task.WhenAny(run.Completion(), store.HasDied).Soon() != store.HasDied;
    }

    private static int Count(Book book, string kind, string id) =>
        book.Entries.Count(entry => entry.Kind == kind && entry.ExpenseId == id);

    private static async Task<string[]> BookAsync(TypedProgram prompt) =>
        [
            .. (await prompt.AnswerAsync("book"))
                .Where(line => line.Contains("  trip-7/", StringComparison.Ordinal))
                .Select(line => line[..11].TrimEnd()),
        ];
}
