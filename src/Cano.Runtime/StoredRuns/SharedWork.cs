namespace Cano.Runtime.StoredRuns;

/// <summary>Work that who asks first does once, and that all await; again when it has failed.</summary>
internal sealed class SharedWork
{
    private readonly Lock _gate = new();
    private Task? _done;

    public Task DoAsync(Func<Task> work)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_done is { IsFaulted: false })
                return _done;
            _done = mine.Task;
        }

        // Not under the lock: a store is a user's code.
        _ = DoAsync(work, mine);
        return mine.Task;
    }

    private static async Task DoAsync(Func<Task> work, TaskCompletionSource mine)
    {
        try
        {
            await work().ConfigureAwait(false);
            mine.SetResult();
        }
        catch (Exception thrown)
        {
            mine.SetException(thrown);
        }
    }
}
