using System.Diagnostics;

namespace Cano.Notebooks;

/// <summary>The checkout that the tests were built from, and programs that are run in it.</summary>
internal static class Checkout
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    public static string Notebooks { get; } = Path.Combine(SolutionFolder.Path, "examples", "notebooks");

    /// <summary>Runs a program. Gives what it printed.</summary>
    public static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        var (output, errors) = (
            process.StandardOutput.ReadToEndAsync(),
            process.StandardError.ReadToEndAsync()
        );
        using var limit = new CancellationTokenSource(s_patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var told = await output;
        Assert.True(
            process.ExitCode == 0,
            $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {told}{await errors}"
        );
        return told;
    }
}
