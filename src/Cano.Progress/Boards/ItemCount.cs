namespace Cano.Progress.Boards;

/// <summary>What the bodies of a state report, added up over its branches.</summary>
internal sealed class ItemCount
{
    private readonly Dictionary<string, RunProgress> _underWay = [];
    private RunProgress? _ended;
    private bool _isNewVisit;

    /// <summary>All of it; null while nothing was reported.</summary>
    public RunProgress? Sum { get; private set; }

    public ItemRate Rate { get; } = new();

    /// <summary>What was reported stays in sight until the new visit reports.</summary>
    public void BeginVisit() => _isNewVisit = true;

    public void Report(string task, RunProgress progress, long now)
    {
        if (_isNewVisit)
        {
            _underWay.Clear();
            _ended = null;
            _isNewVisit = false;
        }

        _underWay[task] = progress;
        Sum = _underWay.Values.Aggregate(_ended, Added)!;
        Rate.Add(Sum.Done, now);
    }

    /// <summary>Of a branch that has ended its last report counts on, so that no more is kept than is under
    /// way.</summary>
    public void EndBranch(string task)
    {
        if (_underWay.Remove(task, out var last))
            _ended = Added(_ended, last);
    }

    private static RunProgress Added(RunProgress? sum, RunProgress more) =>
        sum is null ? more : new(sum.Done + more.Done, sum.Total + more.Total, more.Unit ?? sum.Unit);
}
