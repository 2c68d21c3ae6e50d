using System.Diagnostics;

namespace Cano.Integration.Examples;

/// <summary>When a process is killed.</summary>
/// <param name="Lines">It has printed so many lines.</param>
/// <param name="After">So long ago.</param>
internal sealed record Death(int Lines, TimeSpan After);

/// <summary>An example at a terminal, as a process of its own.</summary>
internal static class TerminalProcess
{
    /// <summary>Starts it, and types lines at once.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="typed">The lines.</param>
    /// <param name="death">When it is killed, if it has not come to its end before.</param>
    /// <returns>What it printed, and whether it came to its end.</returns>
    public static async Task<(IReadOnlyList<string> Printed, bool HasEnded)> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        IEnumerable<string> typed,
        Death death
    )
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"{program}.dll");
        var start = new ProcessStartInfo("dotnet", [file, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync();
            await process.StandardInput.WriteAsync(string.Concat(typed.Select(line => $"{line}\n")));
            await process.StandardInput.FlushAsync();
            var printed = new List<string>();
            while (await process.StandardOutput.ReadLineAsync().Soon() is { } line)
            {
                printed.Add(line);
                if (printed.Count != death.Lines)
                    continue;
                await Task.Delay(death.After, TimeProvider.System);
                // SIGKILL: nothing of the program's own runs any more.
                process.Kill();
            }

            await process.WaitForExitAsync().Soon();
            Assert.Equal("", await errors);
            return (printed, process.ExitCode == 0);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
