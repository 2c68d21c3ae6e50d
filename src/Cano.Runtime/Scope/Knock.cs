namespace Cano.Runtime.Scope;

/// <summary>Tells a run that waits that something has come. The run goes on in its own dispatcher, never on
/// the stack of whoever brought it.</summary>
internal sealed class Knock(Dispatcher dispatcher) : IThreadPoolWorkItem
{
    private TaskCompletionSource _more = new();

    /// <summary>Something has come.</summary>
    public void Ring() => dispatcher.Queue(this);

    /// <summary>Is completed when more has come than had when it was asked for: before each look, so that
    /// nothing comes unseen.</summary>
    public Task More()
    {
        // Only the run asks, so nobody else makes a new one.
        if (Volatile.Read(ref _more).Task.IsCompleted)
            Volatile.Write(ref _more, new TaskCompletionSource());
        return _more.Task;
    }

    void IThreadPoolWorkItem.Execute() => Volatile.Read(ref _more).TrySetResult();
}
