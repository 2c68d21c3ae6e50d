namespace Cano.Benchmarks.Sweeps;

/// <summary>One thing of which there may be many.</summary>
/// <param name="Name">What there are many of.</param>
/// <param name="SizeMax">At most so many make sense.</param>
/// <param name="PrepareAsync">Makes what is to be timed of a size ready, and gives it.</param>
internal sealed record SweepFamily(string Name, int SizeMax, Func<int, Task<Sweeping>> PrepareAsync);

/// <summary>What is timed, and what is done after it.</summary>
internal sealed record Sweeping(Func<Task> RunAsync, Func<Task> CloseAsync)
{
    public static Task<Sweeping> Of(Func<Task> run, Func<Task>? close = null) =>
        Task.FromResult(new Sweeping(run, close ?? (() => Task.CompletedTask)));
}
