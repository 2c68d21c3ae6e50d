using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace Cano.Benchmarks.Workloads;

/// <summary>Processes that live for a moment: tests/Aot, compiled as it runs and ahead of time. `.ci/aot`
/// makes both.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[Unit("process")]
public class ProcessBenchmarks
{
    private readonly JournalDirectory _directory = new();

    [GlobalSetup(Targets = [nameof(Reopen), nameof(ReopenAhead), nameof(FloorReopen)])]
    public Task Fill() => JournalFilling.FillAsync(_directory.Path, runs: 10_000, rowsOfRun: 100);

    [GlobalCleanup]
    public void Close() => _directory.Dispose();

    [BenchmarkCategory("hello_durable")]
    [Benchmark(Description = "hello_durable")]
    public Task Hello() => RunAsync("dotnet", Compiled, "hello");

    [BenchmarkCategory("hello_durable")]
    [Benchmark(Description = "floor_hello_durable", Baseline = true)]
    public Task FloorHello() => RunAsync(Ahead, null, "floor");

    [BenchmarkCategory("hello_durable_aot")]
    [Benchmark(Description = "hello_durable_aot")]
    public Task HelloAhead() => RunAsync(Ahead, null, "hello");

    [BenchmarkCategory("hello_durable_aot")]
    [Benchmark(Description = "floor_hello_durable_aot", Baseline = true)]
    public Task FloorHelloAhead() => RunAsync(Ahead, null, "floor");

    [BenchmarkCategory("reopen_1m_cold")]
    [Benchmark(Description = "reopen_1m_cold")]
    public Task Reopen() => RunAsync("dotnet", Compiled, "open");

    [BenchmarkCategory("reopen_1m_cold")]
    [Benchmark(Description = "floor_reopen_1m_cold", Baseline = true)]
    public Task FloorReopen() => RunAsync(Ahead, null, "floor");

    [BenchmarkCategory("reopen_1m_cold_aot")]
    [Benchmark(Description = "reopen_1m_cold_aot")]
    public Task ReopenAhead() => RunAsync(Ahead, null, "open");

    private static string Compiled => Built(Path.Combine("bin", "Aot", "release", "Cano.Aot.dll"));

    private static string Ahead => Built(Path.Combine("publish", "Aot", "release", "Cano.Aot"));

    private async Task RunAsync(string program, string? assembly, string verb)
    {
        var start = new ProcessStartInfo(program);
        if (assembly is not null)
            start.ArgumentList.Add(assembly);
        start.ArgumentList.Add(verb);
        start.ArgumentList.Add(_directory.Path);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {verb} ended with {process.ExitCode}.");
    }

    /// <summary>A file of the folder that this program was built into, too.</summary>
    private static string Built(string file)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (at.Name == "artifacts")
                return File.Exists(Path.Combine(at.FullName, file))
                    ? Path.Combine(at.FullName, file)
                    : throw new FileNotFoundException($"{file} is not there: run .ci/aot");
        throw new DirectoryNotFoundException("This program lies in no folder `artifacts`.");
    }
}
