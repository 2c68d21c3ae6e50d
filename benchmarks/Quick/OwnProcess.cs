using System.Diagnostics;
using System.Reflection;

namespace Cano.Benchmarks.Quick;

/// <summary>This program once more, in a process of its own.</summary>
internal static class OwnProcess
{
    /// <summary>Waits for its end; `heard` is told each line of it, which otherwise goes where this one's
    /// go.</summary>
    /// <returns>What it exited with.</returns>
    public static async Task<int> RunAsync(string[] words, Action<string>? heard = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = heard is not null,
        };
        // Started by `dotnet Program.dll` the process is dotnet, and the program its first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        foreach (var word in words)
            start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        while (heard is not null && await process.StandardOutput.ReadLineAsync() is { } line)
            heard(line);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
