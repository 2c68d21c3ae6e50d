using System.Text;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace Cano.Integration.OnScreen;

/// <summary>A terminal, or a file in its place, as a console writes to it.</summary>
internal sealed partial class Terminal : IAnsiConsoleOutput
{
    private readonly StringWriter _written = new() { NewLine = "\n" };

    public Terminal(bool isTerminal, bool isUnicode = true, TextWriter? writer = null)
    {
        IsTerminal = isTerminal;
        Writer = writer ?? _written;
        Console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = this,
                Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
            }
        );
        Console.Profile.Capabilities.Unicode = isUnicode;
    }

    public IAnsiConsole Console { get; }

    public TextWriter Writer { get; }

    public bool IsTerminal { get; }

    public int Width { get; init; } = 100;

    public int Height { get; init; } = 30;

    /// <summary>Everything that was written, in order.</summary>
    public string Written => _written.ToString();

    public IReadOnlyList<string> Lines => Written.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What is on the screen: text, line ends, and what the way up erases.</summary>
    public IReadOnlyList<string> Screen
    {
        get
        {
            var lines = new List<string>();
            foreach (Match part in Parts().Matches(Written))
            {
                if (part.Groups["up"] is { Success: true, Value: var up })
                    lines.RemoveRange(lines.Count - int.Parse(up), int.Parse(up));
                else if (part.Groups["line"] is { Success: true, Value: var line })
                    lines.Add(line.TrimEnd());
                else
                    Assert.Fail($"{part.Index}: what is {part.Value.Replace("\e", "ESC")}?");
            }

            return lines;
        }
    }

    public void SetEncoding(Encoding encoding) { }

    [GeneratedRegex(
        "(\\r\\e\\[(?<up>\\d+)A\\e\\[0J)|((?<line>[^\\e\\r\\n]*)\\n)|(.)",
        RegexOptions.Singleline
    )]
    private static partial Regex Parts();
}
