using System.Diagnostics;

namespace Cano.Reliability.Lives;

/// <summary>What a process holds: it must not become more.</summary>
/// <param name="Handles">Open files and whatever else the system counts.</param>
/// <param name="Heap">Bytes of the managed heap after a full collection.</param>
internal readonly record struct Holding(int Handles, long Heap)
{
    private const int HandlesMargin = 24;
    private const long HeapMargin = 2L << 20;
    private const int Looks = 20;

    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(100);

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

    /// <summary>Breaks unless the process holds what it held, but for what a warm one needs. It is looked at
    /// more than once: threads that have just told of a close may hold its buffers on their stacks until they
    /// go back.</summary>
    /// <param name="before">What it held.</param>
    /// <param name="after">What has been done since, for people.</param>
    /// <param name="pooled">What the platform may keep for buffers of these deeds, in bytes.</param>
    public static async Task MustBeAsAsync(Holding before, string after, long pooled = 0)
    {
        var now = Now();
        for (var look = 1; look < Looks && !now.IsAs(before, pooled); look++)
        {
            await Task.Delay(s_betweenLooks, TimeProvider.System);
            now = Now();
        }

        Broken.Unless(now.IsAs(before, pooled), $"{after}: {now}; {before} before");
    }

    public override string ToString() => $"{Handles} handles and {Heap:N0} bytes";

    private bool IsAs(Holding before, long pooled) =>
        Handles <= before.Handles + HandlesMargin && Heap <= before.Heap + HeapMargin + pooled;
}
