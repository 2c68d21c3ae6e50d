using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace Cano.Benchmarks.Workloads;

/// <summary>An engine that takes up what the process before it left: runs with work to do.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[Unit("run")]
public class ResumeBenchmarks
{
    private const int Runs = 20_000;

    private readonly JournalDirectory _left = new();
    private readonly FloorScan _scan = new();
    private FloorFile? _file;

    [GlobalSetup]
    public async Task Leave()
    {
        // A row's frame for each writer.
        _file = new FloorFile(new byte[JournalFilling.Writers * 128], FileOptions.None);
        var begun = new CountdownEvent(Runs);
        var waiting = Of(async token =>
        {
            begun.Signal();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });
        await using var engine = await CanoEngine.OpenAsync(_left.Path);
        engine.Add(waiting);
        await JournalFilling.AtOnceAsync(async writer =>
        {
            for (var run = writer; run < Runs; run += JournalFilling.Writers)
                await engine.StartAsync(waiting, 0, $"run-{run}");
        });
        await Task.Run(begun.Wait);
        await engine.SuspendAsync();
    }

    [GlobalCleanup]
    public void Close()
    {
        _file?.Dispose();
        _left.Dispose();
    }

    /// <summary>From the opening of a copy to the last end.</summary>
    [BenchmarkCategory("resume_20k")]
    [Benchmark(Description = "resume_20k", OperationsPerInvoke = Runs)]
    public async Task Resume()
    {
        using var copy = Copied();
        await using var engine = await CanoEngine.OpenAsync(copy.Path);
        engine.Add(Of(_ => Task.CompletedTask));
        var ends = 0;
        await foreach (var end in engine.ResumeAsync(JournalFilling.Writers))
            ends += end.Status == RunStatus.Completed ? 1 : 0;
        if (ends != Runs)
            throw new InvalidOperationException($"{ends} runs ended.");
    }

    /// <summary>The copy, read in order, and a row a run in groups, each group one write and one
    /// flush.</summary>
    [BenchmarkCategory("resume_20k")]
    [Benchmark(Description = "floor_resume_20k", OperationsPerInvoke = Runs, Baseline = true)]
    public void FloorResume()
    {
        using var copy = Copied();
        _scan.Read(copy.Path);
        for (var run = 0; run < Runs; run += JournalFilling.Writers)
            _file!.Append();
    }

    private JournalDirectory Copied()
    {
        var copy = new JournalDirectory();
        foreach (var file in Directory.GetFiles(_left.Path))
            File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
        return copy;
    }

    private static Workflow<int> Of(Func<CancellationToken, Task> body) =>
        Workflow
            .Bare<int>()
            .WithName("left")
            .Register(
                0,
                async (_, token) =>
                {
                    await body(token);
                    return 1;
                },
                TaskConfig.Minimal
            )
            .AddExitState(1);
}
