using System.Diagnostics;

namespace Cano.Reliability.Lives;

/// <summary>What a process holds: it must not become more.</summary>
/// <param name="Handles">Open files and whatever else the system counts.</param>
/// <param name="Heap">Bytes of the managed heap after a full collection.</param>
internal readonly record struct Holding(int Handles, long Heap)
{
    private const int HandlesMargin = 24;
    private const long HeapMargin = 2L << 20;

    public static Holding Now()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        // On Linux the process has a directory of its open files.
        var open = new DirectoryInfo("/proc/self/fd");
        using var self = Process.GetCurrentProcess();
        return new(open.Exists ? open.GetFiles().Length : self.HandleCount, heap);
    }

    /// <summary>Breaks unless it is as it was, but for what a warm process needs.</summary>
    /// <param name="before">What it was.</param>
    /// <param name="after">What has been done since, for people.</param>
    /// <param name="pooled">What the platform may keep for buffers of these deeds, in bytes.</param>
    public void MustBeAs(Holding before, string after, long pooled = 0)
    {
        Broken.Unless(
            Handles <= before.Handles + HandlesMargin,
            $"{after}: {Handles} handles; {before.Handles} before"
        );
        Broken.Unless(
            Heap <= before.Heap + HeapMargin + pooled,
            $"{after}: {Heap:N0} bytes; {before.Heap:N0} before"
        );
    }
}
