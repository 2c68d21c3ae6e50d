using System.Collections.Concurrent;

namespace Cano.Examples.Expenses;

/// <summary>Tells what happens to expenses, as it happens.</summary>
public sealed class Notices(TextWriter output, TimeProvider time) : IWorkflowObserver
{
    private readonly ConcurrentDictionary<string, string> _entered = [];

    public void OnStateEnter(RunPoint at) => _entered[at.RunId!] = at.State;

    /// <summary>A run that is taken up while it waits says so once more; it is told of once.</summary>
    public void OnWaiting(RunPoint at, RunWait wait)
    {
        if (_entered.TryRemove(at.RunId!, out _))
            Tell(at.RunId!, Words.Waits(at.State, wait, time));
    }

    /// <summary>It has ended, or rests because its journal failed.</summary>
    public void OnRunEnd(RunPoint at, RunEnd end)
    {
        _entered.TryRemove(end.RunId, out _);
        Tell(end.RunId, Words.End(end.Status, end.Error));
        if (end.SignalsLeft > 0)
            Tell(end.RunId, $"answers that came too late: {end.SignalsLeft}");
    }

    private void Tell(string id, string what) => output.WriteLine($"{id}: {what}");
}
