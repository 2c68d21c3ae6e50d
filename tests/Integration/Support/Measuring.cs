namespace Cano.Integration;

/// <summary>What calls allocate, and what real threads do at once.</summary>
internal static class Measuring
{
    /// <summary>What a call allocates on this thread: the least of several rounds, for the runtime compiles
    /// now and then.</summary>
    public static long BytesPerCall(Action call)
    {
        const int Calls = 1000;
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++)
                call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least / Calls;
    }

    /// <summary>Tries so many times on each of so many real threads that start together; returns how many
    /// tries succeeded.</summary>
    public static int Race(int threads, int tries, Func<bool> succeeds)
    {
        var counts = new int[threads];
        using var start = new Barrier(threads);
        var racers = Enumerable.Range(0, threads).Select(n => new Thread(() => Run(n))).ToList();
        racers.ForEach(racer => racer.Start());
        racers.ForEach(racer => racer.Join());
        return counts.Sum();

        void Run(int n)
        {
            start.SignalAndWait();
            for (var i = 0; i < tries; i++)
                if (succeeds())
                    counts[n]++;
        }
    }
}
