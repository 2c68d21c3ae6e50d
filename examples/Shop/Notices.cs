using System.Collections.Concurrent;

namespace Cano.Examples.Shop;

/// <summary>Tells what happens to orders and their children, as it happens.</summary>
public sealed class Notices(TextWriter output, TimeProvider time) : IWorkflowObserver
{
    private readonly ConcurrentDictionary<string, string> _entered = [];

    public void OnStateEnter(RunPoint at) => _entered[at.RunId!] = at.State;

    /// <summary>A run that is taken up while it waits says so once more; it is told of once. That an order
    /// waits for its children is told by the children.</summary>
    public void OnWaiting(RunPoint at, RunWait wait)
    {
        if (wait.Until is { } until && _entered.TryRemove(at.RunId!, out _))
            Tell(at.RunId!, Words.Waits(at.State, until, time));
    }

    /// <summary>It has ended, or rests because its journal failed.</summary>
    public void OnRunEnd(RunPoint at, RunEnd end)
    {
        _entered.TryRemove(end.RunId, out _);
        Tell(end.RunId, Words.End(end.Status, end.ExitState, end.Error));
    }

    private void Tell(string id, string what) => output.WriteLine($"{id}: {what}");
}
