using Cano.Runtime.Scope;

namespace Cano.Runtime.Steps.Singles;

/// <summary>A task of the engine's own that calls the user's code several times in one attempt.</summary>
internal interface IComposedTask;

internal static class TaskCalls
{
    /// <summary>One attempt of a task, or of the calls that it is composed of.</summary>
    public static ValueTask<TState> CallAsync<TState>(
        this ITask<TState> task,
        TaskContext context,
        CancellationToken cancel
    ) =>
        context.Scope.Calls is null || task is IComposedTask
            ? task.RunAsync(context, cancel)
            : context.CallAsync(
                UserCallKind.Body,
                task,
                static (task, context, cancel) => task.RunAsync(context, cancel),
                cancel
            );
}
