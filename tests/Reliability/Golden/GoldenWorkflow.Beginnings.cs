namespace Cano.Reliability.Golden;

// Where runs begin, and how they are written and resumed.
internal sealed partial class GoldenWorkflow
{
    /// <summary>More rows than any run here has.</summary>
    private const int Never = 1000;

    /// <summary>Where runs begin: plain tasks with durable data, a saga that fails after two steps, steps,
    /// a large row, a wait, steps whose data is summed up in snapshots, branches of which one fails, a
    /// delay before a retry, a saga that cannot be undone, one that its caller gives up, one that is summed
    /// up in snapshots; a failure with nothing to undo, a saga that can be undone at the second try, one
    /// that is cancelled for good, a run that was given something and gives something, one that is to rest.
    /// Then those of signals, polls, timers and rollbacks that wait, of journaled branches, of errors and
    /// of values.</summary>
    public static IReadOnlyList<string> Beginnings { get; } =
    [
        "plain",
        "saga",
        "stepped",
        "large",
        "parked",
        "summed",
        "split",
        "retried",
        "stuck",
        "cancelled",
        "unwound",
        "failed",
        "mended",
        "revoked",
        "given",
        "resting",
        .. Waits,
        .. Splits,
        "faulty",
        .. Values,
    ];

    /// <summary>Those whose runs are retried when they have ended.</summary>
    public static IReadOnlySet<string> Retried { get; } =
        new HashSet<string> { "failed", "mended", "wrecked", "measured" };

    /// <summary>The workflow as runs with this beginning are written.</summary>
    public Workflow<string> WrittenOver(ICheckpointStore store, string beginning)
    {
        var workflow = Over(store, beginning)
            .WithSnapshotEvery(
                beginning switch
                {
                    "summed" or "unwound" or "given" => 2,
                    "woken" or "wrecked" or "recanted" or "weighed" => 1,
                    _ => Never,
                }
            );
        return beginning == "regretted" ? workflow.WithCompensationTimeout(Century) : workflow;
    }

    /// <summary>The workflow as runs with this beginning are resumed.</summary>
    public Workflow<string> Over(ICheckpointStore store, string beginning)
    {
        var setup = All(store).Setup;
        return beginning == "sealed"
            ? new(setup with { Options = setup.Options with { Values = Mirror.Values } })
            : new(setup);
    }

    private Workflow<string> All(ICheckpointStore store) =>
        WithValues(WithFaults(WithSplits(WithWaits(First()))))
            .WithCheckpointStore(store)
            .WithTimeProvider(time);

    private static TaskConfig Once => TaskConfig.Minimal.WithFixedRetry(0, TimeSpan.Zero);
}
