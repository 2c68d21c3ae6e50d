using System.Diagnostics;

namespace Cano.Integration.Examples;

/// <summary>Every example that is a program of its own says what it takes, and begins nothing that was not
/// asked for.</summary>
[Collection(StartsProcesses.Name)]
public sealed class UsageTests
{
    public static TheoryData<string> Programs =>
        [
            "Agent",
            "Cano.Examples.Orders",
            "Cano.Examples.Scheduler",
            "Etl",
            "Expenses",
            "Programs",
            "Shop",
            "TextPipeline",
            "Worker",
        ];

    [Theory]
    [Trait("ID", "F32")]
    [MemberData(nameof(Programs))]
    public async Task Asked_for_help_it_prints_its_usage_and_ends(string program)
    {
        var (exitCode, output, errors) = await RunAsync(program, "--help");
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Contains("Usage: ", output, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("ID", "F32")]
    [MemberData(nameof(Programs))]
    public async Task An_option_that_it_does_not_know_is_told_of_and_nothing_begins(string program)
    {
        var (exitCode, output, errors) = await RunAsync(program, "--nix");
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains("'--nix'", errors, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "F32")]
    public async Task The_scheduler_takes_one_directory()
    {
        var (exitCode, _, errors) = await RunAsync("Cano.Examples.Scheduler", "one", "two");
        Assert.Equal(2, exitCode);
        Assert.Contains("'two'", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists("one"));
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program,
        params string[] arguments
    )
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"{program}.dll");
        var start = new ProcessStartInfo("dotnet", [file, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().Soon();
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
