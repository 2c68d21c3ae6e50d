using System.Collections.Concurrent;

namespace Cano.Examples.Expenses;

/// <summary>Tells what happens to expenses, as it happens.</summary>
public sealed class Notices(TextWriter output, TimeProvider time) : IWorkflowObserver
{
    private readonly ConcurrentDictionary<string, (string, DateTimeOffset?)> _waits = [];

    /// <summary>A run that is taken up while it waits says so again, and is told of once.</summary>
    public void OnWaiting(RunPoint at, RunWait wait)
    {
        var told = _waits.GetValueOrDefault(at.RunId!);
        _waits[at.RunId!] = (at.State, wait.Until);
        if (told != (at.State, wait.Until))
            Tell(at.RunId!, Words.Waits(at.State, wait, time));
    }

    public void OnCompensationSuccess(RunPoint at) => Tell(at.RunId!, "the money is back");

    /// <summary>It has ended, or rests because its journal failed.</summary>
    public void OnRunEnd(RunPoint at, RunEnd end)
    {
        _waits.TryRemove(end.RunId, out _);
        Tell(end.RunId, Words.End(end.Status, end.Error));
        if (end.SignalsLeft > 0)
            Tell(end.RunId, $"answers that came too late: {end.SignalsLeft}");
    }

    private void Tell(string id, string what) => output.WriteLine($"{id}: {what}");
}
