namespace Cano.Cluster.Transactions;

/// <summary>Workflows of one state, and engines that have them.</summary>
internal static class Orders
{
    /// <summary>No test waits for it to end.</summary>
    public static readonly TimeSpan LongLease = TimeSpan.FromHours(1);

    public static Workflow<Stage> Of(
        Func<TaskContext, CancellationToken, Task<Stage>> body,
        TaskConfig? config = null
    ) =>
        Workflow.Bare<Stage>().WithName("orders").Register(Stage.Start, body, config).AddExitState(Stage.End);

    /// <summary>With attempts enough.</summary>
    public static Workflow<Stage> Tried(Func<TaskContext, CancellationToken, Task<Stage>> body) =>
        Of(body, TaskConfig.Minimal.WithFixedRetry(8, TimeSpan.FromMilliseconds(1)));

    /// <summary>With one attempt.</summary>
    public static Workflow<Stage> Once(Func<TaskContext, CancellationToken, Task<Stage>> body) =>
        Of(body, TaskConfig.Minimal);

    public static async Task<CanoEngine> OpenAsync(
        ICheckpointStore store,
        string name,
        Workflow<Stage> workflow,
        TimeSpan lease
    ) => (await CanoEngine.OpenAsync(store, new() { NodeName = name, Lease = lease })).Add(workflow);
}
