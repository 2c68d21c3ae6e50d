using Cano.Kernel;
using Cano.Runtime.Scope;
using Cano.Runtime.Signals;

namespace Cano.Runtime.Steps.Waits;

/// <summary>A run that waits for signals looks into its inbox whenever one has come.</summary>
internal sealed class SignalWakeUp : IWakeUp
{
    private readonly WaitDefinition _wait;
    private readonly IInbox _inbox;
    private readonly Knock _knock;
    private readonly IDisposable _watch;

    public SignalWakeUp(WaitDefinition wait, IInbox inbox, Dispatcher dispatcher)
    {
        _wait = wait;
        _inbox = inbox;
        _knock = new Knock(dispatcher);
        _watch = inbox.Watch(_knock.Ring);
    }

    public Task More() => _knock.More();

    public async ValueTask<Fact?> FindAsync(DateTimeOffset? due) =>
        await _inbox.FindAsync(_wait, due).ConfigureAwait(false) is { } signal
            ? Fact.NewSignalTaken(signal)
            : null;

    public void Dispose() => _watch.Dispose();
}
