using System.Runtime.InteropServices;

namespace Cano.Benchmarks.Quick;

/// <summary>What the processors spent on processes that this one began and that have ended.</summary>
internal static partial class ChildTime
{
    private const int OfChildren = -1;

    public static TimeSpan Spent
    {
        get
        {
            // Longer than a `rusage` of any system; it begins with the user's time and the system's, each in
            // seconds and microseconds.
            Span<long> usage = stackalloc long[64];
            if (OperatingSystem.IsWindows() || GetUsage(OfChildren, usage) != 0)
                return TimeSpan.Zero;
            return TimeSpan.FromSeconds(usage[0] + usage[2])
                + TimeSpan.FromMicroseconds((int)usage[1] + (int)usage[3]);
        }
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, Span<long> usage);
}
