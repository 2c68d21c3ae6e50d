namespace Cano.FaultyDisks;

/// <summary>A call that a delay holds until it is released.</summary>
internal sealed class HeldCall
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the call is being held.</summary>
    public Task Arrived => _arrived.Task;

    /// <summary>Lets the call go on; one that comes later is not held.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>Holds the calling thread.</summary>
    internal void Wait()
    {
        _arrived.TrySetResult();
        _released.Task.Wait();
    }
}
