using Cano.Testing;

namespace Cano.Integration.Retries;

/// <summary>The attempts of a task that always fails, timed by a virtual clock.</summary>
internal sealed record Attempts(
    IReadOnlyList<DateTimeOffset> Instants,
    IReadOnlyList<int> Numbers,
    CanoError Error
)
{
    /// <summary>The time between one attempt and the next.</summary>
    public IReadOnlyList<TimeSpan> Delays =>
        [.. Instants.Skip(1).Zip(Instants, (later, earlier) => later - earlier)];

    public static async Task<Attempts> OfAsync(TaskConfig? config, Func<Exception>? make = null)
    {
        var time = new VirtualTime();
        var instants = new List<DateTimeOffset>();
        var numbers = new List<int>();
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context =>
                {
                    instants.Add(time.GetUtcNow());
                    numbers.Add(context.Attempt);
                    throw make?.Invoke() ?? new IOException("always");
                },
                config
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(time);
        var error = await Failures.OfAsync(time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start)));
        return new Attempts(instants, numbers, error);
    }
}
