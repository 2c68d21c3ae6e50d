using System.Runtime.InteropServices;

namespace Cano.Examples;

/// <summary>Ctrl-C and what a system sends to end a process: the first one asks the program to stop in order,
/// the next one ends it at once.</summary>
internal sealed class StopSignals : IDisposable
{
    // As shells tell it: 128 and the signal's number.
    private static readonly Dictionary<PosixSignal, int> s_exitCodes = new()
    {
        [PosixSignal.SIGINT] = 130,
        [PosixSignal.SIGTERM] = 143,
        [PosixSignal.SIGHUP] = 129,
    };

    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private PosixSignal? _heard;

    public StopSignals() =>
        _registrations = [.. s_exitCodes.Keys.Select(signal => PosixSignalRegistration.Create(signal, Hear))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The exit code of a program that was stopped; Ctrl-C's when it was by nothing else.</summary>
    public int ExitCode => s_exitCodes[_heard ?? PosixSignal.SIGINT];

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _stop.Dispose();
    }

    private void Hear(PosixSignalContext asked)
    {
        if (_heard is not null)
            return;
        _heard = asked.Signal;
        asked.Cancel = true;
        _stop.Cancel();
    }
}
