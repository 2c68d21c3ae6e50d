using System.Runtime.InteropServices;

namespace Cano.Reliability;

/// <summary>What the system can do to a process, and .NET cannot.</summary>
internal static class Posix
{
    public const int Kill9 = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends a signal to a process.</summary>
    public static void Kill(int process, int signal) => _ = Signal(process, signal);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
