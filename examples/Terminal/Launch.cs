using System.Runtime.InteropServices;

namespace Cano.Examples.Terminal;

/// <summary>Runs a program at the console, typed or piped, until Ctrl-C, or whatever else asks it to
/// stop.</summary>
public static class Launch
{
    private static readonly PosixSignal[] s_stops =
    [
        PosixSignal.SIGINT,
        PosixSignal.SIGTERM,
        PosixSignal.SIGHUP,
    ];

    /// <param name="arguments">The command line.</param>
    /// <param name="make">Makes the program from where it writes and from what gives it lines.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string[] arguments,
        Func<TextWriter, Func<CancellationToken, Task<string?>>, TerminalProgram> make
    )
    {
        using var stop = new CancellationTokenSource();
        var registrations = s_stops.Select(signal => PosixSignalRegistration.Create(signal, Stop)).ToList();
        var isTyped = !Console.IsInputRedirected && !Console.IsOutputRedirected;
        using var prompt = isTyped ? new Prompt("> ") : null;
        Func<string?> read = prompt is null ? Console.ReadLine : prompt.ReadLine;
        // Reading blocks; whoever stops the program does not wait for a line.
        var program = make(prompt ?? Console.Out, token => Task.Run(read, token).WaitAsync(token));
        try
        {
            return await program.RunAsync(arguments, stop.Token);
        }
        finally
        {
            registrations.ForEach(registration => registration.Dispose());
        }

        void Stop(PosixSignalContext asked)
        {
            // The program stops in order; the process need not be torn down.
            asked.Cancel = true;
            stop.Cancel();
        }
    }
}
