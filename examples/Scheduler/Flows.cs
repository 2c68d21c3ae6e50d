namespace Cano.Examples.Scheduling;

public enum FlowState
{
    Work,
    Collect,
    Pack,
    Upload,
    Done,
}

/// <summary>What the scheduler of this example runs.</summary>
internal static class Flows
{
    public static Workflow<FlowState> Pulse(TextWriter output) =>
        Workflow
            .Bare<FlowState>()
            .Register(
                FlowState.Work,
                context =>
                {
                    output.WriteLine($"{context.RunId}: alive");
                    return FlowState.Done;
                }
            )
            .AddExitState(FlowState.Done);

    /// <summary>Fails until it trips.</summary>
    public static Workflow<FlowState> Flaky(TextWriter output) =>
        Workflow
            .Bare<FlowState>()
            .Register(
                FlowState.Work,
                context =>
                {
                    output.WriteLine($"{context.RunId}: no route");
                    throw new IOException("no route");
                },
                TaskConfig.Minimal
            )
            .AddExitState(FlowState.Done);

    /// <summary>Three steps of two seconds.</summary>
    public static Workflow<FlowState> Backup(TextWriter output) =>
        Workflow
            .Bare<FlowState>()
            .Register(FlowState.Collect, Step(output, FlowState.Pack))
            .Register(FlowState.Pack, Step(output, FlowState.Upload))
            .Register(FlowState.Upload, Step(output, FlowState.Done))
            .AddExitState(FlowState.Done);

    private static Func<TaskContext, CancellationToken, ValueTask<FlowState>> Step(
        TextWriter output,
        FlowState next
    ) =>
        async (context, cancellationToken) =>
        {
            output.WriteLine($"{context.RunId}: {context.State}");
            await Task.Delay(TimeSpan.FromSeconds(2), context.TimeProvider, cancellationToken);
            return next;
        };
}
