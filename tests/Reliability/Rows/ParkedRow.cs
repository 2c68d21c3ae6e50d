using System.Diagnostics;
using Cano.Reliability.Parking;
using Cano.Testing;

namespace Cano.Reliability.Rows;

/// <summary>Very many runs that wait, on the real store.</summary>
internal static class ParkedRow
{
    private const int Among = 64;

    /// <summary>Bytes of the managed heap a run, its entries in the journal's index and the alarm
    /// included.</summary>
    private const long HeapMax = 1024;

    // What does not grow with the runs, and is not there before the first of them.
    private const long HeapMargin = 4L << 20;

    private static readonly TimeSpan s_resumeMax = TimeSpan.FromSeconds(10);

    private const int WakesASecond = 10_000;

    public static ScoreRow Row { get; } =
        new(
            14,
            "parked",
            "runs that wait hold next to nothing, outlive a kill, and wake when their time, signal or child comes",
            QuickCount: 3_000,
            FullCount: 1_000_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        using var directory = new TempDirectory();
        var (time, count) = (new VirtualTime(), trials.Count);
        string after = Path.Combine(directory.Path, "after"),
            before = Path.Combine(directory.Path, "before");
        var (opened, heap, started) = (Stopwatch.StartNew(), 0L, TimeSpan.Zero);
        await using (var engine = await CanoEngine.OpenAsync(before, new() { TimeProvider = time }))
        {
            var crowd = new Crowd(engine);
            await crowd.StartAsync(0, Among);
            var empty = GC.GetTotalMemory(forceFullCollection: true);
            var clock = Stopwatch.StartNew();
            await crowd.StartAsync(Among, Among + count);
            started = clock.Elapsed;
            heap = GC.GetTotalMemory(forceFullCollection: true) - empty;
            // The process dies here: whatever it would write later is not there.
            Copy(before, after);
        }

        var runs = count + Crowd.ChildrenAmong(Among + count) - Crowd.ChildrenAmong(Among);
        Broken.Unless(
            heap <= (HeapMax * runs) + HeapMargin,
            $"{runs:N0} runs hold {heap:N0} bytes, {heap / runs:N0} each"
        );
        opened.Restart();
        await using var next = await CanoEngine.OpenAsync(after, new() { TimeProvider = time });
        var opening = opened.Elapsed;
        var found = new Crowd(next);
        opened.Restart();
        await foreach (var end in next.ResumeAsync())
            throw new Broken($"a run that waits was told of as {end}");
        var resumed = opened.Elapsed;
        var (signals, signalled) = await found.SignalAsync(count);
        var (timers, woken, processor) = await found.WakeAsync(time, Among + count);
        var rate = timers / woken.TotalSeconds;
        if (count >= Row.FullCount)
        {
            Broken.Unless(resumed <= s_resumeMax, $"the resume took {resumed}");
            Broken.Unless(rate >= WakesASecond, $"{rate:N0} wakes a second");
        }

        return $"{runs:N0} runs, {runs - count:N0} of them children, started in {started.TotalSeconds:N1} s, {heap / runs:N0} bytes each; opened again in {opening.TotalSeconds:N1} s, "
            + $"resumed in {resumed.TotalSeconds:N2} s; {signals:N0} signalled in {signalled.TotalMilliseconds:N0} ms; "
            + $"{timers:N0} woken by their time, {rate:N0} a second, {processor.TotalMicroseconds / timers:N0} µs of a processor each";
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            if (Path.GetFileName(file) != "journal.lock")
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
