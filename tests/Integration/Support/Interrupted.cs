namespace Cano.Integration;

/// <summary>Runs that were left unfinished, as a resume finds them.</summary>
internal static class Interrupted
{
    /// <summary>A run Start, Work, Next whose caller gave it up in one of them.</summary>
    public static Task<CanoError> AtAsync(Stage state, ICheckpointStore store, string id) =>
        InAsync(state, ThreeStages(store), (flow, caller) => flow.OrchestrateAsync(Stage.Start, id, caller));

    /// <summary>Such a run is resumed, and its caller gives it up there again.</summary>
    public static Task<CanoError> AgainAsync(Stage state, ICheckpointStore store, string id) =>
        InAsync(state, ThreeStages(store), (flow, caller) => flow.ResumeFromAsync(id, caller));

    /// <summary>A run whose caller gives it up in the workflow's first state.</summary>
    public static Task<CanoError> AtStartAsync(Workflow<Stage> workflow, string id) =>
        InAsync(Stage.Start, workflow, (flow, caller) => flow.OrchestrateAsync(Stage.Start, id, caller));

    /// <summary>A workflow whose only task waits at a gate.</summary>
    public static Workflow<Stage> Held(Gate gate, ICheckpointStore store) =>
        OneState.Awaiting(gate.PassAsync).WithCheckpointStore(store);

    private static Workflow<Stage> ThreeStages(ICheckpointStore store) =>
        new Trail().Through(Stage.Start, Stage.Work, Stage.Next, Stage.End).WithCheckpointStore(store);

    /// <summary>With nothing to undo such a run writes no row, so that its rows end where those of a process
    /// that died would.</summary>
    private static async Task<CanoError> InAsync(
        Stage state,
        Workflow<Stage> workflow,
        Func<Workflow<Stage>, CancellationToken, Task<Stage>> run
    )
    {
        using var caller = new CancellationTokenSource();
        var left = workflow.Register(
            state,
            async (_, token) =>
            {
                await caller.CancelAsync();
                await new Gate().PassAsync(token);
                return Stage.End;
            },
            TaskConfig.Minimal
        );
        var error = await Failures.OfAsync(run(left, caller.Token));
        Assert.Equal("cancelled", error.Category);
        return error;
    }
}
