using System.Diagnostics;
using System.Globalization;

namespace Cano.Reliability.Serving;

/// <summary>The example's service as a process of its own.</summary>
internal sealed class Service : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _address = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly Queue<string> _said = [];
    private readonly Task _reading;

    private Service(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <param name="journal">Where its journal is.</param>
    /// <param name="books">Where the books of bank and warehouse are.</param>
    /// <param name="version">Of the workflow that new orders get.</param>
    public static Service Start(string journal, string books, int version)
    {
        string[] arguments =
        [
            Program(),
            "--urls",
            "http://127.0.0.1:0",
            "--Cano:Journal",
            journal,
            "--Orders:Books",
            books,
            "--Orders:Version",
            version.ToString(CultureInfo.InvariantCulture),
            "--Orders:Pace",
            "4",
        ];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new Service(Process.Start(start)!);
    }

    /// <summary>Where it listens, as soon as it does.</summary>
    public Task<Uri> Address => _address.Task;

    /// <summary>As `kill -9`: it cannot do anything about it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await EndAsync();
    }

    /// <summary>As SIGTERM: it must end by itself, and well.</summary>
    public async Task TerminateAsync()
    {
        Posix.Kill(_process.Id, Posix.Terminate);
        try
        {
            await EndAsync().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new Broken($"a minute after SIGTERM the service still runs; it said:\n{Said}");
        }

        Broken.Unless(
            _process.ExitCode == 0,
            $"the service ended with {_process.ExitCode} after SIGTERM; it said:\n{Said}"
        );
    }

    /// <summary>The last lines that it wrote.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return string.Join('\n', _said);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        // Its disk is free only when it is gone.
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task EndAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
        _address.TrySetCanceled();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_said)
            {
                _said.Enqueue(line);
                if (_said.Count > 40)
                    _said.Dequeue();
            }

            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                _address.TrySetResult(new Uri(line[(at + Listening.Length)..]));
        }
    }

    /// <summary>It is built beside this program.</summary>
    private static string Program()
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(built.Parent!.Parent!.FullName, "Orders", built.Name, "Cano.Examples.Orders.dll");
    }
}
