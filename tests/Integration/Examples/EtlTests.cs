using System.Diagnostics;
using Cano.Examples.Etl;
using Xunit.Abstractions;

namespace Cano.Integration.Examples;

/// <summary>The import of ten thousand sales, undisturbed and killed again and again.</summary>
[Collection(StartsProcesses.Name)]
public sealed class EtlTests(ITestOutputHelper log) : IDisposable
{
    private const int Kills = 8;

    private readonly TempDirectory _folder = new();

    private static IEnumerable<string> Result =>
        [
            "ink        2,699 sales     8,098 pieces       58,305.60",
            "lamp       1,799 sales     5,400 pieces      215,460.00",
            "paper      2,700 sales     8,101 pieces       32,809.05",
            "pen        2,699 sales     8,093 pieces       20,232.50",
        ];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ten_thousand_sales_are_fetched_cleaned_and_loaded()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter();
        var program = new EtlProgram(output, errors);
        Assert.Equal(EtlProgram.Succeeded, await program.RunAsync([_folder.Path], default));
        Assert.Equal("", errors.ToString());
        var rejected = _folder.File(Path.Combine("staging", "rejected.csv"));
        // On a busy machine it takes so long that it tells how far it is.
        Assert.Equal(
            ["import: begins", "import: Completed in done", .. Result, $"Rejected: 103, see {rejected}"],
            output
                .ToString()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.Contains(" of 9897 sales", StringComparison.Ordinal))
        );
        Assert.Equal("13;FormatException: 'n/a' is no price", File.ReadLines(rejected).First());
    }

    [Fact]
    public async Task Killed_at_any_moment_it_goes_on_and_every_sale_arrives_once()
    {
        var seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        var moments = new Random(seed);
        for (var kills = 0; ; kills++)
        {
            TimeSpan? life = kills < Kills ? TimeSpan.FromMilliseconds(moments.Next(200, 900)) : null;
            var (output, exitCode) = await StartAsync(life);
            log.WriteLine($"{life?.TotalMilliseconds} ms: {exitCode}, {output.FirstOrDefault()}");
            if (exitCode != EtlProgram.Succeeded)
                continue;
            Assert.Equal(Result, output.Where(line => line.Contains(" pieces ", StringComparison.Ordinal)));
            if (kills >= 1)
                break;
            // It was faster than the first death: once more, of which nothing is left.
            Directory.Delete(_folder.Path, recursive: true);
        }
    }

    [Theory]
    [InlineData("--pace takes a whole number", "--pace", "soon")]
    [InlineData("one folder", "a", "b")]
    [InlineData("one folder", "--nix")]
    public async Task A_mistake_is_told_in_one_line(string told, params string[] arguments)
    {
        using var errors = new StringWriter { NewLine = "\n" };
        var program = new EtlProgram(TextWriter.Null, errors);
        Assert.Equal(EtlProgram.Misused, await program.RunAsync(arguments, default));
        Assert.StartsWith($"Etl: {told}", Assert.Single(errors.ToString().TrimEnd().Split('\n')));
    }

    /// <param name="life">How long it lives; null: to its end.</param>
    private async Task<(IReadOnlyList<string> Output, int ExitCode)> StartAsync(TimeSpan? life)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Etl.dll");
        var start = new ProcessStartInfo("dotnet", [program, _folder.Path, "--pace", "10"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (life is { } span)
        {
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(span, TimeProvider.System));
            process.Kill();
        }

        await process.WaitForExitAsync();
        Assert.Equal("", await errors);
        return ((await output).Split('\n', StringSplitOptions.RemoveEmptyEntries), process.ExitCode);
    }
}
