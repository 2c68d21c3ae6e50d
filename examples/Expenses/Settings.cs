using Cano.Examples.Terminal;

namespace Cano.Examples.Expenses;

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
        foreach (var (name, value) in Options.Of(arguments))
            settings = name switch
            {
                "--journal" => settings with { Folder = Options.Folder(name, value) },
                "--reminder" => settings with { Reminder = Options.Span(name, value) },
                "--deadline" => settings with { Deadline = Options.Span(name, value) },
                "--pace" => settings with { Pace = Options.Span(name, value) },
                _ => throw Options.Unknown(name),
            };
        var (reminder, deadline) = (Options.Text(settings.Reminder), Options.Text(settings.Deadline));
        if (settings.Reminder == TimeSpan.Zero)
            throw new MistakeException($"--reminder {reminder} is at once; it comes after a while");
        return settings.Reminder < settings.Deadline
            ? settings
            : throw new MistakeException($"--reminder {reminder} is not before --deadline {deadline}");
    }
}
