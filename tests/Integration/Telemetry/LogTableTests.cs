using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Cano.Integration.Telemetry;

/// <summary>The guide's table of what is logged and what is are the same, both ways.</summary>
public sealed partial class LogTableTests
{
    private static readonly Assembly[] s_logging =
    [
        typeof(CheckpointRow).Assembly,
        typeof(CanoEngine).Assembly,
        typeof(FasterCheckpointStore).Assembly,
        typeof(CanoBuilder).Assembly,
    ];

    [Fact]
    [Trait("ID", "R12")]
    public void Each_line_has_the_number_the_level_and_the_text_of_the_guide()
    {
        var guide = File.ReadAllText(Path.Combine(SolutionFolder.Path, "docs", "telemetry.md"));
        var told = LineRow()
            .Matches(guide)
            .Select(row =>
                (
                    Id: int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture),
                    Level: Enum.Parse<LogLevel>(row.Groups[2].Value),
                    Text: row.Groups[3].Value
                )
            );
        var known = s_logging
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type =>
                type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            )
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(line => (Id: line.EventId, line.Level, Text: line.Message))
            .OrderBy(line => line.Id)
            .ToList();
        Assert.Equal(known, told);
        Assert.Equal(known.Count, known.DistinctBy(line => line.Id).Count());
    }

    [GeneratedRegex(@"^\| (\d+) \| (\w+) \| (.+) \|$", RegexOptions.Multiline)]
    private static partial Regex LineRow();
}
