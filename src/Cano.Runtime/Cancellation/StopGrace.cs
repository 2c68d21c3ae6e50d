using Cano.Runtime.Scope;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Cancellation;

/// <summary>Awaits bodies, and gives up on those that do not stop when they are told to.</summary>
internal static partial class StopGrace
{
    /// <summary>The body's answer, or an exception when it is still running a grace after `stop` was
    /// signalled.</summary>
    /// <exception cref="AbandonedException">The body did not stop in time; its answer changes nothing any
    /// more.</exception>
    public static ValueTask<T> AwaitAsync<T>(
        ValueTask<T> body,
        TaskContext context,
        RunOptions options,
        CancellationToken stop
    ) => stop.CanBeCanceled && !body.IsCompleted ? new(BoundedAsync(body, context, options, stop)) : body;

    private static async Task<T> BoundedAsync<T>(
        ValueTask<T> call,
        TaskContext context,
        RunOptions options,
        CancellationToken stop
    )
    {
        var body = call.AsTask();
        await WithoutThrowing(body.WaitAsync(stop));
        if (!body.IsCompleted)
            await GraceAsync(body, context.Scope.StopGrace, options).ConfigureAwait(false);
        if (body.IsCompleted)
            return await body.ConfigureAwait(false);
        Abandon(body, context, options);
        throw new AbandonedException(context, context.Scope.StopGrace);
    }

    /// <summary>Waits for work, however it ends, for as long as the grace.</summary>
    public static async Task GraceAsync(Task body, TimeSpan span, RunOptions options)
    {
        try
        {
            using var grace = new TimeLimit(span, options.Time);
            await WithoutThrowing(body.WaitAsync(grace.Token));
        }
        catch (Exception)
        {
            // A clock that throws measures no grace.
        }
    }

    /// <summary>Gives a body up: its writes are refused, a warning names it, and so does one if it fails
    /// later.</summary>
    public static void Abandon(Task body, TaskContext context, RunOptions options)
    {
        context.Close();
        context.Scope.Outlasts(body);
        var (task, state) = (context.TaskName, context.State);
        LogAbandoned(options.Logger, task, state, context.EffectKey, context.Scope.StopGrace);
        Observe(body, options.Logger, task, state);
    }

    private static System.Runtime.CompilerServices.ConfiguredTaskAwaitable WithoutThrowing(Task task) =>
        task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>An abandoned body may still fail; that is logged, for nobody else will hear of it.</summary>
    private static void Observe(Task body, ILogger logger, string task, string state) =>
        body.ContinueWith(
            (ended, _) => LogLateFailure(logger, task, state, ended.Exception!.InnerException!),
            null,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );

    [LoggerMessage(
        201,
        LogLevel.Warning,
        "Task {Task} of state {State} ({EffectKey}) was told to stop and still ran after {Grace}; it is abandoned"
    )]
    private static partial void LogAbandoned(
        ILogger logger,
        string task,
        string state,
        string effectKey,
        TimeSpan grace
    );

    [LoggerMessage(202, LogLevel.Warning, "Task {Task} of state {State}, which was abandoned, failed later")]
    private static partial void LogLateFailure(
        ILogger logger,
        string task,
        string state,
        Exception exception
    );
}

/// <summary>A body did not stop within the grace.</summary>
internal sealed class AbandonedException(TaskContext context, TimeSpan grace)
    : Exception($"Task '{context.TaskName}' of state '{context.State}' did not stop within {grace}");
