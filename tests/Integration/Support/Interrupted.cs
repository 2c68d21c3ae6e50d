namespace Cano.Integration;

/// <summary>Runs that were left unfinished, as a resume finds them.</summary>
internal static class Interrupted
{
    /// <summary>A run Start, Work, Next that failed in one of them; the workflow fails there again.</summary>
    public static async Task<Workflow<Stage>> AtAsync(Stage state, ICheckpointStore store, string id)
    {
        var workflow = new Trail()
            .Through(Stage.Start, Stage.Work, Stage.Next, Stage.End)
            .Register(state, _ => throw new IOException("interrupted"), TaskConfig.Minimal)
            .WithCheckpointStore(store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, id));
        return workflow;
    }

    /// <summary>A workflow whose only task waits at a gate.</summary>
    public static Workflow<Stage> Held(Gate gate, ICheckpointStore store) =>
        OneState.Awaiting(gate.PassAsync).WithCheckpointStore(store);
}
