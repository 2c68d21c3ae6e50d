namespace Cano.Integration;

/// <summary>Branches of splits.</summary>
internal static class Branches
{
    public static ITask<Stage> Succeeding(string name) =>
        CanoTask.From(name, (_, _) => new ValueTask<Stage>(Stage.End));

    /// <summary>Fails with its name as the message, at once and for good.</summary>
    public static ITask<Stage> Failing(string name) =>
        CanoTask.From(
            name,
            (_, _) => ValueTask.FromException<Stage>(new IOException(name)),
            TaskConfig.Minimal
        );

    /// <summary>Waits at a gate; stops when it is told to.</summary>
    public static ITask<Stage> Waiting(string name, Gate gate, Trail? trail = null) =>
        CanoTask.From<Stage>(
            name,
            async (_, token) =>
            {
                try
                {
                    await gate.PassAsync(token);
                    return Stage.End;
                }
                finally
                {
                    trail?.Add(name);
                }
            },
            TaskConfig.Minimal
        );

    /// <summary>Start splits and joins to Work, which shows the split's result; then End.</summary>
    public static Workflow<Stage> Split(
        JoinConfig<Stage> join,
        Action<SplitResult?> seen,
        params ITask<Stage>[] branches
    ) =>
        Workflow
            .Bare<Stage>()
            .RegisterSplit(Stage.Start, branches, join)
            .Register(
                Stage.Work,
                context =>
                {
                    seen(context.SplitResult);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);

    public static JoinConfig<Stage> Joining(JoinStrategy strategy) => JoinConfig.Create(strategy, Stage.Work);
}
