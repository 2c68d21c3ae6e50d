namespace Cano.Integration.Resilience;

internal static class Measuring
{
    /// <summary>What a call allocates on this thread: the least of several rounds, for the runtime compiles now and then.</summary>
    public static long BytesPerCall(Action call)
    {
        const int Calls = 1000;
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++) call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least / Calls;
    }

    /// <summary>Runs a body on real threads that start together; returns the sum of what they counted.</summary>
    public static int Race(int threads, Func<int, int> body)
    {
        var counts = new int[threads];
        using var start = new Barrier(threads);
        var racers = Enumerable
            .Range(0, threads)
            .Select(n => new Thread(() =>
            {
                start.SignalAndWait();
                counts[n] = body(n);
            }))
            .ToList();
        racers.ForEach(racer => racer.Start());
        racers.ForEach(racer => racer.Join());
        return counts.Sum();
    }

    /// <summary>A test that would hang fails instead.</summary>
    public static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(30));
}
