using Cano.Testing;

namespace Cano.Integration.Observers;

/// <summary>What tests of hooks ask of a recording.</summary>
internal static class Observed
{
    /// <summary>The hooks as short texts: `OnTaskStart Work`.</summary>
    public static IEnumerable<string> Whole(this RecordingObserver observer) =>
        observer.Events.Select(seen => seen.ToString());

    /// <summary>What happens between the run's begin and end.</summary>
    public static IEnumerable<string> Story(this RecordingObserver observer) =>
        observer.Whole().Where(text => !text.StartsWith("OnRun", StringComparison.Ordinal));

    /// <summary>The starts and ends of tasks alone.</summary>
    public static IEnumerable<string> Tasks(this RecordingObserver observer) =>
        observer
            .Story()
            .Where(text =>
                text.StartsWith("OnTask", StringComparison.Ordinal)
                || text.StartsWith("OnBranch", StringComparison.Ordinal)
            );

    /// <summary>A workflow with one state of its own, Start; what it gives must lead to End.</summary>
    public static Workflow<Stage> Alone(
        RecordingObserver observer,
        Func<Workflow<Stage>, Workflow<Stage>> register
    ) => register(Workflow.Bare<Stage>()).AddExitState(Stage.End).WithObserver(observer);

    /// <summary>A task that fails at once, with this many retries.</summary>
    public static Workflow<Stage> Failing(
        RecordingObserver observer,
        int retries = 0,
        TimeSpan delay = default
    ) =>
        Alone(
            observer,
            workflow =>
                workflow.Register(
                    Stage.Start,
                    _ => throw new IOException("always"),
                    TaskConfig.Minimal.WithFixedRetry(retries, delay)
                )
        );
}
