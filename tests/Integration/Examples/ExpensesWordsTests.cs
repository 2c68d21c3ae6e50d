namespace Cano.Integration.Examples;

/// <summary>What somebody reads who asks twice, or for what cannot be.</summary>
public sealed class ExpensesWordsTests : IDisposable
{
    private const string Submit = "submit trip-7 120 train to Oslo";

    private readonly ExampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("trip-7: cancelled", "trip-7 is there already: cancelled", "cancel trip-7")]
    [InlineData(
        "trip-7: not paid: cem refused",
        "trip-7 is there already: not paid: cem refused",
        "refuse trip-7 cem"
    )]
    [InlineData(
        "trip-7: paid",
        "trip-7 is there already: paid",
        "approve trip-7 ada",
        "show trip-7",
        "approve trip-7 bob"
    )]
    public async Task Submitted_again_it_is_told_what_it_is(string end, string told, params string[] typed)
    {
        await using var prompt = _folder.Expenses();
        await prompt.HearAsync("waits in first-approval", Submit);
        // The answer to the last line may come behind the end that it brought about.
        await UntilAsync(prompt, end, typed).Soon();
        Assert.Equal([told], await prompt.AnswerAsync(Submit));
        Assert.Equal(
            ["trip-7 is another expense, 120.00 for train to Oslo; choose another id"],
            await prompt.AnswerAsync("submit trip-7 121 train to Oslo")
        );
    }

    [Fact]
    public async Task Nothing_is_told_to_be_back_that_was_never_reserved()
    {
        await using (var slow = _folder.Expenses("--pace", "1h"))
        {
            await slow.AnswerAsync(Submit);
            await InReserveAsync(slow).Soon();
        }

        await using var after = _folder.Expenses("--pace", "1h");
        await after.HearAsync("trip-7: 120.00 for train to Oslo: under way in reserve");
        // What is told until the end.
        await after.HearAsync("the cancel is on its way", "cancel trip-7");
        Assert.DoesNotContain(
            "trip-7: the money is back",
            await UntilAsync(after, "trip-7: cancelled").Soon()
        );
        Assert.Empty(await after.AnswerAsync("book"));
    }

    [Fact]
    [Trait("ID", "U2")]
    public async Task Whoever_writes_a_name_in_capitals_is_the_same_person()
    {
        await using var prompt = _folder.Expenses();
        await prompt.HearAsync("waits in first-approval", Submit);
        await prompt.HearAsync("waits in second-approval", "approve trip-7 ADA");
        Assert.Equal(
            ["trip-7: ada has approved already; somebody else must, too"],
            await prompt.AnswerAsync("approve trip-7 ada")
        );
    }

    [Fact]
    public async Task What_is_called_back_fits_its_column()
    {
        using (var ledger = new Ledger(_folder.File("book.txt")))
            foreach (var kind in new[] { "reserved", "paid", "called back", "given back" })
                ledger.Write(kind, $"{kind}\ttrip-7\t120");
        await using var prompt = _folder.Expenses();
        await prompt.HearAsync("`help` tells what to type");
        Assert.Equal(
            [
                "reserved        120.00  reserved",
                "paid            120.00  paid",
                "called back     120.00  called back",
                "given back      120.00  given back",
            ],
            await prompt.AnswerAsync("book")
        );
    }

    [Fact]
    public async Task It_may_be_left_and_asked_by_other_words()
    {
        await using var prompt = _folder.Expenses();
        await prompt.HearAsync("`help` tells what to type");
        var help = await prompt.AnswerAsync("help");
        Assert.Equal(help, await prompt.AnswerAsync("?"));
        await prompt.HearAsync("Stopped; the same command goes on.", "exit");
    }

    private static async Task InReserveAsync(TypedProgram prompt)
    {
        while (!(await prompt.AnswerAsync("show trip-7")).Contains("  under way in reserve"))
            await Task.Yield();
    }

    /// <summary>All that is told until what is typed has been obeyed and a line has come.</summary>
    private static async Task<IReadOnlyList<string>> UntilAsync(
        TypedProgram prompt,
        string line,
        params string[] typed
    )
    {
        var told = new List<string>(await prompt.AnswerAsync(typed));
        while (!told.Contains(line))
            told.AddRange(await prompt.AnswerAsync());
        return told;
    }
}
