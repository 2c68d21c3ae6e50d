using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cano.Examples.TextPipeline;

/// <summary>A mistake of the user's, in one sentence for them.</summary>
public sealed class UsageException(string message) : Exception(message);

/// <summary>What the command line asks for, with every path in full.</summary>
public sealed record PipelineOptions(string Folder, string ReportPath, string JournalDirectory)
{
    public const string Usage = """
        Counts the words of a folder's text files. Killed or stopped, it goes on when it is run again.

        Usage: TextPipeline [FOLDER] [--out REPORT] [--journal DIR] [--fresh] [--pace MS]
               TextPipeline --diagram

          FOLDER         what to read; this repository unless given
          --out REPORT   where the report goes; artifacts/text-pipeline/report.txt unless given
          --journal DIR  where the run is journaled; "journal" beside the report unless given
          --fresh        forgets an unfinished run and begins anew
          --pace MS      pauses at each file, for demonstrations: it leaves time to kill the program
          --diagram      prints the workflow as a Mermaid diagram, and does nothing else
        """;

    public bool Fresh { get; init; }

    public TimeSpan Pace { get; init; }

    /// <summary>One folder, one run: who starts the program again finds the run that was cut off.</summary>
    public string RunId
    {
        get
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Folder)));
            return $"{Path.GetFileName(Folder)}-{hash[..8]}";
        }
    }

    /// <summary>The files to read; the report and the journal may lie among them and are left out.</summary>
    public IReadOnlyList<string> Files() => TextFolder.List(Folder, ReportPath, JournalDirectory);

    /// <exception cref="UsageException">The first mistake.</exception>
    public static PipelineOptions Parse(IReadOnlyList<string> arguments)
    {
        string? folder = null,
            report = null,
            journal = null;
        var (fresh, pace) = (false, TimeSpan.Zero);
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--out":
                    report = Value(arguments, ref i);
                    break;
                case "--journal":
                    journal = Value(arguments, ref i);
                    break;
                case "--pace":
                    pace = Milliseconds(Value(arguments, ref i));
                    break;
                case "--fresh":
                    fresh = true;
                    break;
                case ['-', ..] option:
                    throw new UsageException($"unknown option '{option}'; see --help");
                case "":
                    throw new UsageException("the folder's name is empty");
                case var path when folder is null:
                    folder = path;
                    break;
                default:
                    throw new UsageException($"one folder at a time; what is '{arguments[i]}'?");
            }
        }

        var target = Path.GetFullPath(report ?? Path.Combine("artifacts", "text-pipeline", "report.txt"));
        if (Directory.Exists(target))
            throw new UsageException($"--out names a file; '{target}' is a folder");
        var beside = Path.Combine(Path.GetDirectoryName(target)!, "journal");
        return new(Existing(folder ?? Repository()), target, Path.GetFullPath(journal ?? beside))
        {
            Fresh = fresh,
            Pace = pace,
        };
    }

    private static string Value(IReadOnlyList<string> arguments, ref int at) =>
        ++at < arguments.Count && arguments[at] is not ("" or ['-', '-', ..])
            ? arguments[at]
            : throw new UsageException($"{arguments[at - 1]} needs a value");

    private static TimeSpan Milliseconds(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pace)
            ? TimeSpan.FromMilliseconds(pace)
            : throw new UsageException($"--pace takes a whole number of milliseconds, and '{text}' is none");

    private static string Existing(string folder)
    {
        if (File.Exists(folder))
            throw new UsageException($"'{folder}' is a file; give the folder it is in");
        if (!Directory.Exists(folder))
            throw new UsageException($"there is no folder '{folder}'");
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
    }

    private static string Repository()
    {
        foreach (var start in (string[])[Directory.GetCurrentDirectory(), AppContext.BaseDirectory])
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "Cano.Functional.sln")))
                    return folder.FullName;
        throw new UsageException("no repository around here; name a folder");
    }
}
