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

    /// <summary>As <see cref="StartAsync"/>, of a value whose type is not known here.</summary>
    public static async Task<Stage> GivenAsync(this Workflow<Stage> workflow, object input) =>
        await Runs.StartAsync(
            workflow.Compiled,
            Stage.Start,
            new RunRequest("run") { Input = new GivenInput(input, input.GetType()) },
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
