using System.Globalization;
using Cano.Examples.Terminal;

namespace Cano.Examples.Agent;

/// <summary>What the command line asks for.</summary>
public sealed record Settings
{
    public const string Usage = """
        An agent that asks a person before it reaches outside. Killed or stopped, it goes on where it was.

        Usage: Agent [--journal DIR] [--steps COUNT] [--pace TIME]

          --journal DIR  where runs are journaled, with scripts, files, the model's bill and the letters sent
                         beside; artifacts/agent unless given
          --steps COUNT  how many tools may be used for a task; 8 unless given
          --pace TIME    how long the model, and the mail, takes before it writes down what it did and again
                         after; 500ms unless given

          TIME is a whole number with ms, s, m, h or d: 500ms, 30s, 2m, 1h, 5d
        """;

    private const int StepsLimit = 99;

    /// <summary>The folder that all is kept in: the same folder goes on with the same tasks.</summary>
    public string Folder { get; init; } = Path.Combine("artifacts", "agent");

    public int Steps { get; init; } = 8;

    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(500);

    public string JournalPath => Path.Combine(Folder, "journal");

    public string ScriptsPath => Path.Combine(Folder, "scripts");

    public string FilesPath => Path.Combine(Folder, "files");

    public string BillPath => Path.Combine(Folder, "bill.txt");

    public string OutboxPath => Path.Combine(Folder, "outbox.txt");

    /// <exception cref="MistakeException">The first mistake.</exception>
    public static Settings Parse(IReadOnlyList<string> arguments)
    {
        var settings = new Settings();
        foreach (var (name, value) in Options.Of(arguments))
            settings = name switch
            {
                "--journal" => settings with { Folder = Options.Folder(name, value) },
                "--steps" => settings with { Steps = StepsOf(value) },
                "--pace" => settings with { Pace = Options.Span(name, value) },
                _ => throw Options.Unknown(name),
            };
        return settings;
    }

    private static int StepsOf(string text) =>
        int.TryParse(
            Options.Given("--steps", text),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var steps
        ) && steps is >= 1 and <= StepsLimit
            ? steps
            : throw new MistakeException(
                $"--steps takes a number from 1 to {StepsLimit}, and '{text}' is none"
            );
}
