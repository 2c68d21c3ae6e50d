using Cano.Kernel;
using Cano.Runtime.Scope;
using Cano.Runtime.Signals;

namespace Cano.Runtime.Steps.Waits;

/// <summary>A run that waits for signals looks into its inbox whenever one has come. It is woken in its own
/// dispatcher, never on the stack of who sends.</summary>
internal sealed class SignalWakeUp : IWakeUp, IThreadPoolWorkItem
{
    private readonly WaitDefinition _wait;
    private readonly IInbox _inbox;
    private readonly IDisposable _watch;
    private TaskCompletionSource _more = new();

    public SignalWakeUp(WaitDefinition wait, IInbox inbox, Dispatcher dispatcher)
    {
        _wait = wait;
        _inbox = inbox;
        _watch = inbox.Watch(() => dispatcher.Queue(this));
    }

    public Task More()
    {
        // Only the run asks, so nobody else makes a new one.
        if (Volatile.Read(ref _more).Task.IsCompleted)
            Volatile.Write(ref _more, new TaskCompletionSource());
        return _more.Task;
    }

    public async ValueTask<Fact?> FindAsync(DateTimeOffset? due) =>
        await _inbox.FindAsync(_wait, due).ConfigureAwait(false) is { } signal
            ? Fact.NewSignalTaken(signal)
            : null;

    public void Dispose() => _watch.Dispose();

    void IThreadPoolWorkItem.Execute() => Volatile.Read(ref _more).TrySetResult();
}
