using System.Diagnostics;

namespace Cano.Reliability.Rows;

/// <summary>One run of very many journaled steps on the real store.</summary>
internal static class LongRunRow
{
    private static readonly FasterCheckpointOptions s_options = new()
    {
        PageSizeBits = 18,
        MemorySizeBits = 20,
        SegmentSizeBits = 20,
    };

    // The segment that is written, the one that the newest snapshot may still stand in, the superblocks, and
    // one to spare.
    private const long DiskMax = 5L << 20;

    private const long MemoryGrowthMax = 8L << 20;

    public static ScoreRow Row { get; } =
        new(
            15,
            "long-run",
            "a run of very many steps keeps disk and memory bounded, and is resumed at once",
            QuickCount: 20_000,
            FullCount: 1_000_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        using var directory = new TempDirectory();
        // The process dies after nine tenths of the steps.
        var (first, watch) = (trials.Count * 9 / 10, new Watch(directory.Path));
        await using (var store = await FasterCheckpointStore.OpenAsync(directory.Path, s_options))
        {
            var died = await Counting(trials.Count, watch, diesAt: first)
                .WithCheckpointStore(store)
                .TryOrchestrateAsync("count", "run");
            Broken.Unless(died.IsLeft, "the run should have been cut short");
        }

        var clock = Stopwatch.StartNew();
        TimeSpan? resumed = null;
        watch.First = step =>
        {
            resumed = clock.Elapsed;
            Broken.Unless(step == first, $"resumed at step {step}; {first} was durable");
        };
        await using (var store = await FasterCheckpointStore.OpenAsync(directory.Path, s_options))
        {
            var end = await Counting(trials.Count, watch, diesAt: -1)
                .WithCheckpointStore(store)
                .ResumeFromAsync("run");
            Broken.Unless(end == "done", $"ended at {end}");
        }

        Broken.Unless(watch.Steps == trials.Count, $"{watch.Steps} of {trials.Count} steps ran");
        Broken.Unless(watch.DiskMost <= DiskMax, $"the journal took {watch.DiskMost:N0} bytes of disk");
        Broken.Unless(watch.MemoryGrowth <= MemoryGrowthMax, $"memory grew by {watch.MemoryGrowth:N0} bytes");
        // Time is judged by the full proof alone: a machine that stalls must not fail a build.
        Broken.Unless(
            trials.Count < Row.FullCount || resumed < TimeSpan.FromSeconds(1),
            $"the resume took {resumed}"
        );
        return $"{trials.Count:N0} steps, at most {watch.DiskMost / 1024.0 / 1024:N1} MiB on disk, memory {watch.MemoryGrowth / 1024.0:+#,0;-#,0} KiB, "
            + $"resumed in {resumed!.Value.TotalMilliseconds:N0} ms";
    }

    private static Workflow<string> Counting(int steps, Watch watch, int diesAt) =>
        Workflow
            .Bare<string>()
            .RegisterStepped<int>(
                "count",
                (context, cursor, _) =>
                {
                    var step = cursor.Or(0);
                    if (step == diesAt)
                        throw new IOException("the process dies");
                    watch.Step(step);
                    // Written once: only snapshots carry it to the end.
                    if (step == 0)
                        context.Store.Put("steps", steps);
                    context.Store.Put("sum", context.Store.GetOr("sum", 0L) + step);
                    return new(step + 1 < steps ? StepOutcome.More(step + 1) : StepOutcome.Done("sum"));
                },
                TaskConfig.Minimal
            )
            .Register(
                "sum",
                context =>
                {
                    var (told, sum) = (context.Store.Get<int>("steps"), context.Store.Get<long>("sum"));
                    Broken.Unless(
                        told == steps && sum == (steps - 1L) * steps / 2,
                        $"the data says {told} steps, sum {sum}"
                    );
                    return "done";
                },
                TaskConfig.Minimal
            )
            .AddExitState("done")
            .WithResources(new Resources().Insert("store", MemoryStore.Durable()));

    /// <summary>Looks at disk and memory now and then.</summary>
    private sealed class Watch(string directory)
    {
        private const int Every = 10_000;

        private long _memoryAtFirst;

        public Action<int>? First { get; set; }

        public int Steps { get; private set; }

        public long DiskMost { get; private set; }

        public long MemoryGrowth { get; private set; }

        public void Step(int step)
        {
            First?.Invoke(step);
            First = null;
            if (Steps++ % Every != 0)
                return;
            DiskMost = Math.Max(
                DiskMost,
                Directory.EnumerateFiles(directory).Sum(file => new FileInfo(file).Length)
            );
            var memory = GC.GetTotalMemory(forceFullCollection: true);
            // The first look is taken when everything is warm.
            if (Steps <= Every)
                _memoryAtFirst = memory;
            MemoryGrowth = memory - _memoryAtFirst;
        }
    }
}
