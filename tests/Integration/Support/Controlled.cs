using Cano.Runtime.Cancellation;
using Cano.Runtime.Runs;

namespace Cano.Integration;

/// <summary>Runs that somebody outside may ask to rest, or to go back for good.</summary>
internal static class Controlled
{
    public static Task<Stage> StartAsync(Workflow<Stage> workflow, RunControl control, string id) =>
        Runs.StartAsync(workflow.Compiled, Stage.Start, new RunRequest(id) { Control = control }, default)
            .AsTask();

    public static Task<Stage> ResumeAsync(Workflow<Stage> workflow, RunControl control, string id) =>
        Runs.ResumeAsync(workflow.Compiled, new RunRequest(id) { Control = control }, default).AsTask();
}
