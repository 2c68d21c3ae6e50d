using Cano.Examples.Shop;
using Cano.Examples.Terminal;
using Cano.Testing;

namespace Cano.Integration.Examples;

public sealed class ShopTests : IDisposable
{
    private const string Card = "4242 4242 4242 4242";
    private const string Oslo = "Storgata 1, Oslo";

    private readonly TempDirectory _folder = new();
    private readonly VirtualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("ID", "V1"), Trait("ID", "V6")]
    public async Task All_three_go_at_once_and_then_the_order_is_confirmed()
    {
        await using var prompt = Open();
        await BegunAsync(prompt, "2 lamp, 1 vase", Oslo);
        await AdvanceAsync(prompt, "o-1/1/stock: packed");
        await AdvanceAsync(prompt, "o-1/1/shipping: booked");
        await AdvanceAsync(prompt, "o-1: confirmed");
        Assert.Equal(
            [
                "o-1: bank: charged 102.50, card …4242",
                "o-1: warehouse: reserved 2 lamp",
                "o-1: warehouse: reserved 1 vase",
                "o-1: carrier: booked, to Storgata 1, Oslo",
            ],
            await BooksAsync(prompt)
        );
        Assert.Equal(
            [
                "  o-1/1/payment: paid",
                "  o-1/1/shipping: booked",
                "  o-1/1/stock: packed",
                "o-1: 2 lamp and 1 vase, 102.50 by card …4242, to Storgata 1, Oslo: confirmed",
            ],
            await ShownAsync(prompt)
        );
        Assert.Equal(TerminalProgram.Succeeded, await prompt.EndAsync());
    }

    [Fact]
    [Trait("ID", "V4"), Trait("ID", "V6")]
    public async Task Where_no_carrier_goes_the_payment_undoes_itself_and_the_order_what_was_packed()
    {
        await using var prompt = Open();
        await BegunAsync(prompt, "1 lamp", "Deep 1, Atlantis");
        await AdvanceAsync(prompt, "o-1/1/stock: packed");
        _time.Advance(Pace);
        await prompt.HearAsync("o-1/1/shipping: failed: no carrier goes to Atlantis");
        await prompt.HearAsync("o-1: bank: refunded 42.00");
        await prompt.HearAsync("o-1/1/payment: cancelled");
        await prompt.HearAsync("o-1: warehouse: put back 1 lamp");
        await prompt.HearAsync("o-1: not delivered; all is taken back");
        Assert.Contains("lamp     42.00  10 left", await prompt.AnswerAsync("wares"));
    }

    [Theory]
    [Trait("ID", "V4"), Trait("ID", "V6")]
    [InlineData("4 vase", "o-1/1/stock: failed: out of stock: vase, of which there are 3")]
    [InlineData("5 chair", "o-1/1/payment: failed: card …4242 was declined: it has 500.00 left")]
    public async Task What_is_refused_at_once_leaves_nothing_standing(string items, string told)
    {
        await using var prompt = Open();
        await OrderAsync(prompt, told, items, Oslo);
        await prompt.HearAsync("o-1: not delivered; all is taken back");
        AssertNothingStands(await BooksAsync(prompt));
        Assert.Contains("  " + told, await ShownAsync(prompt));
    }

    [Fact]
    public async Task What_is_refused_to_one_is_there_for_the_next()
    {
        await using var prompt = Open();
        await OrderAsync(prompt, "o-1: not delivered", "3 vase, 4 chair", Oslo);
        await BegunAsync(prompt, "3 vase", Oslo, "o-2");
        await prompt.HearAsync(
            "vase, of which there are 0",
            "order o-3",
            "1 vase",
            "4242 4242 4242 4243",
            Oslo
        );
    }

    [Theory]
    [Trait("ID", "V4"), Trait("ID", "S5")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Cancelled_with_so_many_of_its_children_ended_it_goes_back_as_a_whole(int ended)
    {
        await using var prompt = Open();
        await BegunAsync(prompt, "2 lamp, 1 vase", Oslo);
        foreach (var told in new[] { "o-1/1/stock: packed", "o-1/1/shipping: booked" }.Take(ended))
            await AdvanceAsync(prompt, told);
        await prompt.HearAsync("o-1: cancelled", "cancel o-1");
        var books = await BooksAsync(prompt);
        Assert.Contains("o-1: bank: refunded 102.50, card …4242", books);
        Assert.Equal(ended == 2, books.Contains("o-1: carrier: called off, to Storgata 1, Oslo"));
        AssertNothingStands(books);
        Assert.Equal("o-1 has ended: cancelled", Assert.Single(await prompt.AnswerAsync("cancel o-1")));
    }

    [Fact]
    [Trait("ID", "V5"), Trait("ID", "S1")]
    public async Task Stopped_and_started_again_each_child_goes_on_where_it_was()
    {
        await using (var before = Open())
        {
            await BegunAsync(before, "1 lamp", Oslo);
            await AdvanceAsync(before, "o-1/1/stock: packed");
            Assert.Equal(TerminalProgram.Succeeded, await before.StopAsync());
        }

        await using var after = Open();
        await after.HearAsync("o-1: 1 lamp, 42.00 by card …4242, to Storgata 1, Oslo: in fulfil");
        Assert.Equal(
            [
                "  o-1/1/payment: clearing until 00:00:12",
                "  o-1/1/shipping: asking until 00:00:08",
                "  o-1/1/stock: packed",
                "o-1: 1 lamp, 42.00 by card …4242, to Storgata 1, Oslo: in fulfil",
            ],
            await ShownAsync(after)
        );
        _time.Advance(2 * Pace);
        await after.HearAsync("o-1: confirmed");
        Assert.Equal(3, (await BooksAsync(after)).Count);
    }

    [Fact]
    public async Task An_order_that_is_there_is_shown_and_not_asked_for_again()
    {
        await using var prompt = Open();
        await BegunAsync(prompt, "1 lamp", Oslo);
        Assert.Equal(await ShownAsync(prompt), await ShownAsync(prompt, "order o-1"));
        Assert.Equal(2, (await BooksAsync(prompt)).Count);
    }

    [Fact]
    public async Task A_wrong_answer_is_asked_for_again_and_none_gives_up()
    {
        await using var prompt = Open();
        var told = await prompt.AnswerAsync(
            "order o-1",
            "lamp",
            "0 lamp",
            "1 lmap",
            "1 lamp, 2 lamp",
            "4242",
            Card,
            "Oslo",
            "",
            "show o-1"
        );
        Assert.Equal(
            [
                "'lamp' is not so many of a thing, such as 2 lamp",
                "'0 lamp' is not so many of a thing, such as 2 lamp",
                "there is no 'lmap'; see `wares`",
                "a card has 12 to 19 digits",
                "an address ends with a comma and a town",
                "nothing was ordered",
                "there is no order 'o-1'",
            ],
            told.Where(line => !line.Contains('?', StringComparison.Ordinal) && !line.StartsWith("Shop,"))
        );
    }

    [Theory]
    [InlineData("--pace takes a time", "--pace", "soon")]
    [InlineData("--lag needs a value", "--lag")]
    [InlineData("--journal needs a value", "--journal", "--pace")]
    [InlineData("what is '--nix'?", "--nix")]
    public async Task A_mistake_in_the_options_is_told_in_one_line(string told, params string[] options)
    {
        using var errors = new StringWriter { NewLine = "\n" };
        var program = new ShopProgram(TextWriter.Null, errors)
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

    private static TimeSpan Pace => new Settings().Pace;

    private TypedProgram Open() =>
        new(
            (output, read) => new ShopProgram(output, TextWriter.Null) { ReadLineAsync = read, Time = _time },
            "--journal",
            _folder.Path
        );

    private static Task OrderAsync(TypedProgram prompt, string told, string items, string address) =>
        prompt.HearAsync(told, "order o-1", items, Card, address);

    /// <summary>Orders, and returns when all three children wait.</summary>
    private static async Task BegunAsync(TypedProgram prompt, string items, string address, string id = "o-1")
    {
        await prompt.HearAsync($"{id}: accepted", $"order {id}", items, Card, address);
        string[] waits = ["payment: clearing until", "stock: packing until", "shipping: asking until"];
        while (!await AllAsync())
            await Task.Yield();

        async Task<bool> AllAsync()
        {
            var shown = await prompt.AnswerAsync($"show {id}");
            return waits.All(wait => shown.Any(line => line.StartsWith($"  {id}/1/{wait}")));
        }
    }

    private Task AdvanceAsync(TypedProgram prompt, string told)
    {
        _time.Advance(Pace);
        return prompt.HearAsync(told);
    }

    /// <summary>Without the keys.</summary>
    private static async Task<IReadOnlyList<string>> BooksAsync(TypedProgram prompt) =>
        [
            .. (await prompt.AnswerAsync("books"))
                .Where(line => line.Split(": ") is [_, "bank" or "warehouse" or "carrier", _])
                .Select(line => line.Split("  ")[0]),
        ];

    /// <summary>The children by name, and then the order. What is told meanwhile stands in between.</summary>
    private static async Task<IReadOnlyList<string>> ShownAsync(
        TypedProgram prompt,
        string typed = "show o-1"
    ) =>
        [
            .. (await prompt.AnswerAsync(typed))
                .Where(line => line.StartsWith("  ") || line.Contains(" by card ", StringComparison.Ordinal))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

    private static void AssertNothingStands(IReadOnlyList<string> books)
    {
        Assert.Equal(Count("charged"), Count("refunded"));
        Assert.Equal(Count("reserved"), Count("put back"));
        Assert.Equal(Count("booked"), Count("called off"));

        int Count(string kind) => books.Count(line => line.Contains($": {kind}", StringComparison.Ordinal));
    }
}
