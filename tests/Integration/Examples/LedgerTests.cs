using Cano.Examples.Terminal;

namespace Cano.Integration.Examples;

/// <summary>What examples keep in a text file, when a disk or somebody's hand has been at it.</summary>
public sealed class LedgerTests : IDisposable
{
    private readonly ExampleFolder _folder = new();

    private string Path => _folder.File("book.txt");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("two\tre")]
    [InlineData("two")]
    [InlineData("two\treserved\te-2\t5\ntrou")]
    [InlineData("two\treserved\te-2\t5")]
    public void A_last_line_without_its_end_is_cut_off_and_written_anew(string torn)
    {
        File.WriteAllText(Path, $"one\treserved\te-1\t5\n{torn}");
        using (var ledger = new Ledger(Path))
        {
            Assert.All(ledger.Lines, line => Assert.StartsWith("reserved\te-", line.Text));
            ledger.Write("three", "paid\te-1\t5");
        }

        var lines = File.ReadAllText(Path).Split('\n');
        Assert.Equal(["one\treserved\te-1\t5", "three\tpaid\te-1\t5", ""], [lines[0], .. lines[^2..]]);
        Assert.DoesNotContain(lines, line => line.StartsWith("trou") || line == torn);
    }

    [Fact]
    public void Nothing_but_a_torn_line_is_a_ledger_without_lines()
    {
        File.WriteAllText(Path, "one\tre");
        using (var ledger = new Ledger(Path))
            Assert.Empty(ledger.Lines);
        Assert.Empty(File.ReadAllText(Path));
    }

    [Fact]
    public async Task Another_line_that_is_none_is_told_with_its_file_and_what_to_do()
    {
        File.WriteAllText(Path, "one\treserved\te-1\t5\none\treserved\n");
        Assert.Equal(TerminalProgram.Failed, await _folder.Expenses().EndAsync());
        var told = Assert.Single($"{_folder.Errors}".TrimEnd().Split('\n'));
        Assert.StartsWith($"Expenses: line 2 of '{Path}' is not what was written there: ", told);
        Assert.EndsWith("; mend it, or begin in another folder with --journal", told);
        // It is not held open by what could not read it.
        File.Delete(Path);
        await using var prompt = _folder.Expenses();
        await prompt.HearAsync("`help` tells what to type");
    }

    [Fact]
    public async Task Whoever_opens_a_folder_that_is_open_is_told_so_in_one_sentence()
    {
        await using var first = _folder.Expenses();
        await first.HearAsync("`help` tells what to type");
        Assert.Equal(TerminalProgram.Failed, await _folder.Expenses().EndAsync());
        Assert.Equal(
            $"Expenses: another process has '{Path}' open; end it first, or name another folder with --journal",
            $"{_folder.Errors}".TrimEnd()
        );
    }
}
