using Cano.Runtime.Runs;
using Cano.Runtime.Scope;

namespace Cano.Integration.InputOutput;

/// <summary>Runs that are given an input, and whose output is looked at.</summary>
internal static class GivenRuns
{
    /// <summary>A state, Start, that chooses the next once.</summary>
    public static Workflow<Stage> Choosing(Func<TaskContext, Stage> choose) =>
        Workflow.Bare<Stage>().Register(Stage.Start, choose, TaskConfig.Minimal).AddExitState(Stage.End);

    public static async Task<TState> StartAsync<TState, TInput>(
        this Workflow<TState> workflow,
        TState initial,
        TInput input,
        RunResult? result = null
    )
        where TState : notnull =>
        await Runs.StartAsync(
            workflow.Compiled,
            initial,
            new RunRequest("run") { Input = GivenInput.Of(input), Result = result },
            default
        );

    public static async Task<RunResult> ResultAsync<TState>(this Workflow<TState> workflow, TState initial)
        where TState : notnull
    {
        var result = new RunResult();
        await Runs.StartAsync(workflow.Compiled, initial, new RunRequest("run") { Result = result }, default);
        return result;
    }
}
