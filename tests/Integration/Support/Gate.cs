namespace Cano.Integration;

/// <summary>Holds a body until the test lets it go, and tells the test that the body is there.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A body has come to the gate.</summary>
    public Task Entered => _entered.Task;

    public void Open() => _open.TrySetResult();

    /// <summary>Waits for the gate to open; stops when it is told to, as well-behaved work does.</summary>
    public Task PassAsync(CancellationToken token)
    {
        _entered.TrySetResult();
        return _open.Task.WaitAsync(token);
    }

    /// <summary>As <see cref="PassAsync"/>, but leaves a callback on the token that throws when it is told to
    /// stop.</summary>
    public Task PassOddlyAsync(CancellationToken token)
    {
        var passing = _open.Task.WaitAsync(token);
        // Called before the wait ends: what was registered last is called first.
        token.Register(() => throw new InvalidOperationException("callback"));
        _entered.TrySetResult();
        return passing;
    }

    /// <summary>Waits for the gate to open, whatever the body is told.</summary>
    public Task HoldAsync()
    {
        _entered.TrySetResult();
        return _open.Task;
    }
}
