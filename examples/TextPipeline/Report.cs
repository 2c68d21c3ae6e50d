using System.Globalization;
using System.Text;

namespace Cano.Examples.TextPipeline;

/// <summary>The counts as a page of text: the same counts always give the same bytes.</summary>
public static class Report
{
    private const int TopWords = 20;
    private const int SummaryWords = 5;

    public static string Render(TextCounts counts)
    {
        var page = new StringBuilder("Text report\n===========\n\n");
        Totals(page, counts);

        page.Append("\nMost frequent words\n-------------------\n");
        foreach (var (word, count) in Frequent(counts, TopWords))
            Line(page, word, count);

        page.Append("\nLargest files (characters)\n--------------------------\n");
        foreach (var file in counts.Largest)
            page.Append($"{Number(file.Characters), 12}  {file.Path}\n");

        if (counts.Unread.Count == 0)
            return page.ToString();
        page.Append("\nFiles that could not be read\n----------------------------\n");
        foreach (var file in counts.Unread)
            page.Append($"{file.Path}: {file.Reason}\n");
        return page.ToString();
    }

    /// <summary>The report in a few lines, for the screen.</summary>
    public static string Summary(TextCounts counts)
    {
        var page = new StringBuilder();
        Totals(page, counts);
        var words = Frequent(counts, SummaryWords).Select(word => $"{word.Key} ({Number(word.Value)})");
        page.Append($"Most frequent words: {string.Join(", ", words)}\n");
        return page.ToString();
    }

    /// <summary>Replaces the file in one step: it holds the old report or the new one, never a
    /// half.</summary>
    public static async Task WriteAsync(string path, string report, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = path + ".tmp";
        await File.WriteAllTextAsync(draft, report, cancellationToken);
        File.Move(draft, path, overwrite: true);
    }

    private static void Totals(StringBuilder page, TextCounts counts)
    {
        Line(page, "Files", counts.Files);
        Line(page, "Lines", counts.Lines);
        Line(page, "Words", counts.Words);
        Line(page, "Different words", counts.Frequencies.Count);
        Line(page, "Characters", counts.Characters);
        Line(page, "Not read", counts.Unread.Count);
    }

    private static IEnumerable<KeyValuePair<string, long>> Frequent(TextCounts counts, int max) =>
        counts
            .Frequencies.OrderByDescending(word => word.Value)
            .ThenBy(word => word.Key, StringComparer.Ordinal)
            .Take(max);

    private static void Line(StringBuilder page, string name, long number) =>
        page.Append($"{name, -24}{Number(number), 14}\n");

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
