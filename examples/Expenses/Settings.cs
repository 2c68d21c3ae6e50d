using System.Globalization;

namespace Cano.Examples.Expenses;

/// <summary>A mistake of the user's, in one sentence for them.</summary>
public sealed class MistakeException(string message) : Exception(message);

/// <summary>What the command line asks for.</summary>
public sealed record Settings
{
    public const string Usage = """
        Expenses that two people approve before they are paid. Killed or stopped, it goes on where it was.

        Usage: Expenses [--journal DIR] [--reminder TIME] [--deadline TIME] [--pace TIME]

          --journal DIR    where runs are journaled, with the book of the money beside; artifacts/expenses
                           unless given
          --reminder TIME  when whoever should decide is reminded; 30s unless given
          --deadline TIME  when it is too late to decide; 2m unless given
          --pace TIME      how long the bank takes, before it books and again after; it leaves time to kill
                           the program; 0s unless given

          TIME is a whole number with s, m, h or d: 30s, 2m, 1h, 5d
        """;

    /// <summary>The folder that all is kept in: the same folder goes on with the same expenses.</summary>
    public string Folder { get; init; } = Path.Combine("artifacts", "expenses");

    public TimeSpan Reminder { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>From the reminder to the deadline.</summary>
    public TimeSpan LastCall => Deadline - Reminder;

    public TimeSpan Pace { get; init; } = TimeSpan.Zero;

    public string JournalPath => Path.Combine(Folder, "journal");

    public string BookPath => Path.Combine(Folder, "book.txt");

    /// <exception cref="MistakeException">The first mistake.</exception>
    public static Settings Parse(IReadOnlyList<string> arguments)
    {
        var settings = new Settings();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            settings = arguments[i] switch
            {
                "--journal" => settings with { Folder = Path.GetFullPath(NotEmpty(arguments[i], value)) },
                "--reminder" => settings with { Reminder = Span(arguments[i], value) },
                "--deadline" => settings with { Deadline = Span(arguments[i], value) },
                "--pace" => settings with { Pace = Span(arguments[i], value) },
                var unknown => throw new MistakeException($"what is '{unknown}'? See --help"),
            };
        }

        return TimeSpan.Zero < settings.Reminder && settings.Reminder < settings.Deadline
            ? settings
            : throw new MistakeException("the reminder comes after a while, and before the deadline");
    }

    private static string NotEmpty(string option, string value) =>
        value is "" or ['-', '-', ..] ? throw new MistakeException($"{option} needs a value") : value;

    /// <summary>"90s" is a minute and a half.</summary>
    private static TimeSpan Span(string option, string text) =>
        ushort.TryParse(
            text[..^Math.Min(1, text.Length)],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var count
        )
            ? text[^1] switch
            {
                's' => TimeSpan.FromSeconds(count),
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(count),
                _ => throw NoSpan(option, text),
            }
            : throw NoSpan(option, text);

    private static MistakeException NoSpan(string option, string text) =>
        new($"{option} takes a time such as 30s, 2m, 1h or 5d, and '{text}' is none");
}
