using System.Diagnostics;

namespace Cano.Reliability.Children;

/// <summary>This program once more, as a process that can be killed. It talks in lines.</summary>
internal sealed class Child : IDisposable
{
    /// <summary>The verb that makes this program a child.</summary>
    public const string Verb = "child";

    private readonly Process _process;

    private Child(Process process) => _process = process;

    public static Child Start(params string[] arguments) =>
        Start(new Dictionary<string, string>(), arguments);

    /// <param name="environment">What its environment has besides this one's.</param>
    /// <param name="arguments">What it does.</param>
    /// <param name="directory">Its current directory; null: this one's.</param>
    /// <param name="keepsErrors">Its errors are not this process's, but kept for
    /// <see cref="EndAsync"/>.</param>
    /// <param name="through">A command that becomes it; none unless given.</param>
    public static Child Start(
        IReadOnlyDictionary<string, string> environment,
        string[] arguments,
        string? directory = null,
        bool keepsErrors = false,
        string[]? through = null
    )
    {
        string[] command = [.. through ?? [], Environment.ProcessPath!];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            RedirectStandardError = keepsErrors,
            WorkingDirectory = directory ?? "",
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        // Started by `dotnet Program.dll` the process is dotnet, and the program its first argument.
        if (System.IO.Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(Child).Assembly.Location);
        start.ArgumentList.Add(Verb);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return new Child(Process.Start(start)!);
    }

    /// <summary>Sends it a signal, as `kill` does.</summary>
    public void Send(int signal) => Posix.Kill(_process.Id, signal);

    /// <summary>Gives it a line.</summary>
    public Task TellAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    /// <summary>As <see cref="TellAsync"/>; only a child that does not read lets one wait.</summary>
    public void Tell(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>Its next line; null when it has ended.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>The lines that are left, when it ends.</summary>
    public async Task<List<string>> RestAsync()
    {
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line)
            lines.Add(line);
        await _process.WaitForExitAsync();
        return lines;
    }

    /// <summary>What it leaves when it ends by itself: its exit code, and its errors, which were
    /// kept.</summary>
    public async Task<(int Code, string Errors)> EndAsync()
    {
        var errors = await _process.StandardError.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return (_process.ExitCode, errors);
    }

    /// <summary>Ends it as `kill -9` does; it cannot do anything about it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
