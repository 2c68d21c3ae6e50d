namespace Cano.Benchmarks.Quick;

/// <summary>Something to time. A run does `UnitsPerRun` units of work.</summary>
public sealed record Workload(string Name, string Unit, int UnitsPerRun, Func<Task> RunAsync)
{
    /// <summary>Called once when the workload is done with.</summary>
    public Func<Task> CloseAsync { get; init; } = () => Task.CompletedTask;
}
