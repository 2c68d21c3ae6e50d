namespace Cano.Integration.Examples;

/// <summary>Of one run a bit in the journal is another: it is told of, and the others go on.</summary>
public sealed class DamagedJournalTests : IDisposable
{
    private readonly ExampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("ID", "Y14")]
    public async Task An_expense_is_told_to_be_damaged_and_the_next_one_is_paid()
    {
        await using (var before = _folder.Expenses())
        {
            await before.HearAsync("bad: waits in first-approval", "submit bad 120 train to Oslo");
            await before.HearAsync("good: waits in first-approval", "submit good 9 lunch");
        }

        _folder.Damage("bad");
        await using var after = _folder.Expenses();
        await after.HearAsync("bad: damaged: ");
        await after.HearAsync("good: waits in second-approval", "approve good ada");
        await after.HearAsync("good: paid", "approve good bob");
        Assert.Contains(await after.AnswerAsync("list"), IsDamaged);
        Assert.True(IsDamaged(Assert.Single(await after.AnswerAsync("show bad"))));
        string[] refused = ["approve bad ada", "refuse bad ada", "cancel bad", "retry bad"];
        foreach (var typed in refused)
            Assert.StartsWith("bad is damaged: ", Assert.Single(await after.AnswerAsync(typed)));
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task An_order_and_its_children_are_told_to_be_damaged_and_the_next_one_begins()
    {
        string[] order = ["1 lamp", "4242 4242 4242 4242", "Storgata 1, Oslo"];
        await using (var before = _folder.Shop("--pace", "1h"))
        {
            await before.HearAsync("bad/1/stock: packing", ["order bad", .. order]);
            await before.AnswerAsync("show bad");
        }

        _folder.Damage("bad");
        await using var after = _folder.Shop("--pace", "1h");
        await after.HearAsync("bad: damaged: ");
        await after.HearAsync("good/1/stock: packing", ["order good", .. order]);
        Assert.Contains(await after.AnswerAsync("list"), IsDamaged);
        Assert.Contains(await after.AnswerAsync("show bad"), IsDamaged);
        // The other order's children tell of themselves meanwhile.
        Assert.Contains(
            await after.AnswerAsync("cancel bad"),
            line => line.StartsWith("bad is damaged: ", StringComparison.Ordinal)
        );
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task A_task_is_told_to_be_damaged_and_the_next_one_is_done()
    {
        await using (var before = _folder.Agent("--pace", "0s"))
            await before.HearAsync("bad: `allow bad`", "do bad sum");
        _folder.Damage("bad");
        await using var after = _folder.Agent("--pace", "0s");
        await after.HearAsync("bad: damaged: ");
        await after.HearAsync("good: `allow good`", "do good sum");
        await after.HearAsync("good: answered", "allow good");
        Assert.Contains(await after.AnswerAsync("list"), IsDamaged);
        Assert.True(IsDamaged(Assert.Single(await after.AnswerAsync("show bad"))));
        Assert.StartsWith("bad is damaged: ", Assert.Single(await after.AnswerAsync("retry bad")));
    }

    private static bool IsDamaged(string line) => line.StartsWith("bad: damaged: ", StringComparison.Ordinal);
}
