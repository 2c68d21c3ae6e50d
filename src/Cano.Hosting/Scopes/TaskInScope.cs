using Cano.Runtime.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cano.Hosting.Scopes;

/// <summary>A task and the scope that it was made in.</summary>
/// <param name="scope">The scope.</param>
/// <param name="task">The task.</param>
/// <param name="isOwned">Whether the scope does not know of it.</param>
internal sealed partial class TaskInScope<TContract>(AsyncServiceScope scope, TContract task, bool isOwned)
    : IAsyncDisposable
    where TContract : class
{
    public TContract Task => task;

    public async ValueTask DisposeAsync()
    {
        await using (scope.ConfigureAwait(false))
        {
            if (isOwned && task is IAsyncDisposable late)
                await late.DisposeAsync().ConfigureAwait(false);
            else if (isOwned && task is IDisposable one)
                one.Dispose();
        }
    }

    /// <summary>Disposes of it behind a call. What that throws is logged: the call has its answer.</summary>
    public async ValueTask EndAsync(ILogger logger)
    {
        try
        {
            await DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            LogDisposal(logger, TypeNames.Of(task.GetType()), thrown);
        }
    }

    [LoggerMessage(506, LogLevel.Error, "The scope of task {Task} failed when it was disposed of")]
    private static partial void LogDisposal(ILogger logger, string task, Exception exception);
}
