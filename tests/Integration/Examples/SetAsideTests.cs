namespace Cano.Integration.Examples;

/// <summary>Three processes died in one step of an expense: it waits for somebody to say that it was not the
/// step's fault.</summary>
public sealed class SetAsideTests : IDisposable
{
    private const string Submit = "submit trip-7 120 train to Oslo";
    private const string Slow = "1h";

    private readonly ExampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("ID", "S10")]
    public async Task While_it_is_reserved_it_is_told_and_a_retry_goes_on_until_it_is_paid()
    {
        await using (var before = _folder.Expenses("--pace", Slow))
        {
            await before.AnswerAsync(Submit);
            await InAsync(before, "reserve");
        }

        await _folder.DieThreeTimesAsync("trip-7");
        await using var after = _folder.Expenses();
        const string aside = "set aside in reserve: the program died there three times; see `retry`";
        await after.HearAsync($"trip-7: 120.00 for train to Oslo: {aside}");
        foreach (var typed in new[] { "approve trip-7 ada", "refuse trip-7 ada" })
            Assert.Equal([$"trip-7 is {aside}"], await after.AnswerAsync(typed));
        Assert.Equal([$"trip-7 is there already: {aside}"], await after.AnswerAsync(Submit));
        Assert.Contains(
            await after.AnswerAsync("help"),
            line => line.StartsWith("retry <id>", StringComparison.Ordinal)
        );
        await after.HearAsync("trip-7: goes on", "retry trip-7");
        await after.HearAsync("waits in second-approval", "approve trip-7 ada");
        await after.HearAsync("trip-7: paid", "approve trip-7 bob");
    }

    [Fact]
    [Trait("ID", "S10")]
    public async Task While_it_is_paid_a_retry_pays_it_once()
    {
        await using (var before = _folder.Expenses())
        {
            await before.HearAsync("waits in first-approval", Submit);
            await before.HearAsync("waits in second-approval", "approve trip-7 ada");
        }

        await using (var slow = _folder.Expenses("--pace", Slow))
        {
            await slow.AnswerAsync("approve trip-7 bob");
            await InAsync(slow, "pay");
        }

        await _folder.DieThreeTimesAsync("trip-7");
        await using var after = _folder.Expenses();
        await after.HearAsync("set aside in pay: the program died there three times");
        await after.HearAsync("trip-7: paid", "retry trip-7");
        Assert.Equal(2, await LinesAsync(after));
    }

    /// <summary>How many the book has.</summary>
    private static async Task<int> LinesAsync(TypedProgram prompt) =>
        (await prompt.AnswerAsync("book")).Count(line =>
            line.Contains("  trip-7/", StringComparison.Ordinal)
        );

    private static Task InAsync(TypedProgram prompt, string state)
    {
        return ShownAsync().Soon();

        async Task ShownAsync()
        {
            while (!(await prompt.AnswerAsync("show trip-7")).Contains($"  under way in {state}"))
                await Task.Yield();
        }
    }
}
