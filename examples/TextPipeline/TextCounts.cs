namespace Cano.Examples.TextPipeline;

/// <summary>A file by its path relative to the folder, and its length in characters.</summary>
public sealed record FileLength(string Path, long Characters);

/// <summary>A file that was left out, and why.</summary>
public sealed record UnreadFile(string Path, string Reason)
{
    /// <summary>The engine writes "UnreadableFileException: binary"; the reason is what follows.</summary>
    public static UnreadFile Of(string path, CanoError error) =>
        new(path, error.Message[(error.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
}

/// <summary>What was counted in one file, in one round of files, or in all of them.</summary>
/// <remarks>Adding them up is all that is ever done with counts, so one type serves each step. It holds no
/// order of arrival: whatever order the parts come in, the sum is the same, and so is the report.</remarks>
public sealed record TextCounts
{
    /// <summary>How many of the largest files are remembered.</summary>
    public const int LargestMax = 10;

    public int Files { get; init; }

    public long Lines { get; init; }

    public long Words { get; init; }

    public long Characters { get; init; }

    /// <summary>How often each word occurs, in lower case.</summary>
    public IReadOnlyDictionary<string, long> Frequencies { get; init; } = new Dictionary<string, long>();

    /// <summary>The largest files, largest first, at most <see cref="LargestMax"/>.</summary>
    public IReadOnlyList<FileLength> Largest { get; init; } = [];

    /// <summary>The files that could not be read, in the order of their paths.</summary>
    public IReadOnlyList<UnreadFile> Unread { get; init; } = [];

    public static TextCounts Sum(IEnumerable<TextCounts> parts)
    {
        var all = parts.ToList();
        var frequencies = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (word, count) in all.SelectMany(part => part.Frequencies))
            frequencies[word] = frequencies.GetValueOrDefault(word) + count;

        return new TextCounts
        {
            Files = all.Sum(part => part.Files),
            Lines = all.Sum(part => part.Lines),
            Words = all.Sum(part => part.Words),
            Characters = all.Sum(part => part.Characters),
            Frequencies = frequencies,
            Largest =
            [
                .. all.SelectMany(part => part.Largest)
                    .OrderByDescending(file => file.Characters)
                    .ThenBy(file => file.Path, StringComparer.Ordinal)
                    .Take(LargestMax),
            ],
            Unread =
            [
                .. all.SelectMany(part => part.Unread).OrderBy(file => file.Path, StringComparer.Ordinal),
            ],
        };
    }
}
