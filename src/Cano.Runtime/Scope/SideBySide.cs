namespace Cano.Runtime.Scope;

/// <summary>Workers at one piece of work. Where there are several each begins on the pool: one that blocks
/// its thread holds up no other.</summary>
internal sealed class SideBySide(int count, Func<Task> work) : IWorkItems
{
    private readonly TaskCompletionSource _ended = new();
    private Exception? _thrown;
    private int _left = count;

    /// <summary>Returns when all have ended. Throws what one of them threw.</summary>
    public static Task WorkAsync(int count, Func<Task> work, Dispatcher dispatcher)
    {
        if (count == 1)
            return work();
        var workers = new SideBySide(count, work);
        new WorkQueue(workers, dispatcher).Admit(count);
        return workers._ended.Task;
    }

    bool IWorkItems.Start(int index)
    {
        _ = RunAsync();
        return false;
    }

    private async Task RunAsync()
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            _thrown = thrown;
        }

        if (Interlocked.Decrement(ref _left) > 0)
            return;
        if (_thrown is null)
            _ended.SetResult();
        else
            _ended.SetException(_thrown);
    }
}
