using System.Globalization;

namespace Cano.Reliability.Serving;

/// <summary>What bank and warehouse wrote down, order by order.</summary>
internal sealed class Books
{
    private readonly ILookup<(string Order, string Kind), Line> _lines;

    private Books(IEnumerable<Line> lines) => _lines = lines.ToLookup(line => (line.Order, line.Kind));

    public static Books Read(string directory) =>
        new(
            Directory
                .EnumerateFiles(directory, "*.tsv")
                .SelectMany(File.ReadLines)
                .Select(line =>
                    line.Split('\t') is [var key, var kind, var order, var amount, var undoes]
                        ? new Line(key, kind, order, int.Parse(amount, CultureInfo.InvariantCulture), undoes)
                        : throw new Broken($"no line of a book: {line}")
                )
        );

    /// <summary>How many lines there are of a kind.</summary>
    public int Count(string kind) =>
        _lines.Where(group => group.Key.Kind == kind).Sum(group => group.Count());

    /// <summary>It was done once, for so much, under the number that the receipt names, and stands.</summary>
    public void Stands(Purchase purchase, (string Done, string Undone) kinds, int amount, string number)
    {
        var done = _lines[(purchase.Id, kinds.Done)].ToArray();
        Broken.Unless(
            done is [var once] && once.Amount == amount && once.Key == number,
            $"{purchase.Id} completed and was {kinds.Done} {done.Length} times: {string.Join("; ", done.AsEnumerable())}"
        );
        Broken.Unless(
            !_lines[(purchase.Id, kinds.Undone)].Any(),
            $"{purchase.Id} completed and was {kinds.Undone}"
        );
    }

    /// <summary>It was never done, or once and taken back once.</summary>
    public void IsGone(Purchase purchase, (string Done, string Undone) kinds)
    {
        var done = _lines[(purchase.Id, kinds.Done)].ToArray();
        var undone = _lines[(purchase.Id, kinds.Undone)].ToArray();
        Broken.Unless(
            done.Length <= 1
                && undone.Select(line => line.Undoes).SequenceEqual(done.Select(line => line.Key)),
            $"{purchase.Id} went back, was {kinds.Done} {done.Length} times and {kinds.Undone} {undone.Length} times"
        );
    }

    /// <summary>It was never done.</summary>
    public void IsNever(Purchase purchase, string kind) =>
        Broken.Unless(!_lines[(purchase.Id, kind)].Any(), $"{purchase.Id} was {kind}, and should never be");

    private sealed record Line(string Key, string Kind, string Order, int Amount, string Undoes);
}
