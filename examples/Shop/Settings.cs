using Cano.Examples.Terminal;

namespace Cano.Examples.Shop;

/// <summary>What the command line asks for.</summary>
public sealed record Settings
{
    public const string Usage = """
        Orders whose payment, stock and shipping go at once. Killed or stopped, it goes on where it was.

        Usage: Shop [--journal DIR] [--pace TIME] [--lag TIME]

          --journal DIR  where runs are journaled, with the books of bank, warehouse and carriers beside;
                         artifacts/shop unless given
          --pace TIME    how long it takes to pack; asking carriers takes twice that, clearing a payment
                         three times; 4s unless given
          --lag TIME     how long a partner takes, before it writes in its book and again after; it leaves
                         time to kill the program in between; 0s unless given

          TIME is a whole number with ms, s, m, h or d: 500ms, 30s, 2m, 1h, 5d
        """;

    /// <summary>The folder that all is kept in: the same folder goes on with the same orders.</summary>
    public string Folder { get; init; } = Path.Combine("artifacts", "shop");

    public TimeSpan Pace { get; init; } = TimeSpan.FromSeconds(4);

    public TimeSpan Lag { get; init; } = TimeSpan.Zero;

    public string JournalPath => Path.Combine(Folder, "journal");

    /// <exception cref="MistakeException">The first mistake.</exception>
    public static Settings Parse(IReadOnlyList<string> arguments)
    {
        var settings = new Settings();
        foreach (var (name, value) in Options.Of(arguments))
            settings = name switch
            {
                "--journal" => settings with { Folder = Options.Folder(name, value) },
                "--pace" => settings with { Pace = Options.Span(name, value) },
                "--lag" => settings with { Lag = Options.Span(name, value) },
                _ => throw Options.Unknown(name),
            };
        return settings;
    }

    /// <summary>Where a partner keeps its book.</summary>
    public string BookPath(string partner) => Path.Combine(Folder, $"{partner}.txt");
}
