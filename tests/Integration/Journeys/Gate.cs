namespace Cano.Integration;

/// <summary>Holds a body until the test lets it go, and tells the test that the body has come this far.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A body has come to the gate.</summary>
    public Task Entered => _entered.Task;

    public void Open() => _open.TrySetResult();

    /// <summary>Waits for the gate to open; a signalled token ends the wait as it ends well-behaved work.</summary>
    public Task PassAsync(CancellationToken token)
    {
        _entered.TrySetResult();
        return _open.Task.WaitAsync(token);
    }

    /// <summary>Waits for the gate to open, whatever the body is told.</summary>
    public Task HoldAsync()
    {
        _entered.TrySetResult();
        return _open.Task;
    }
}
