namespace Cano.Reliability.Starts;

/// <summary>A resume that is being enumerated.</summary>
internal sealed class Resumed
{
    private readonly Lock _gate = new();
    private readonly List<RunEnd> _ends = [];
    private HashSet<string>? _working;
    private bool _isOver;

    /// <summary>It has given an end.</summary>
    public void Add(RunEnd end)
    {
        lock (_gate)
            _ends.Add(end);
    }

    public void End() => Volatile.Write(ref _isOver, true);

    /// <summary>What it took up, and works, when nothing else was done meanwhile.</summary>
    public void Begin(IEnumerable<string> ids) => _working = [.. ids];

    /// <summary>Whether it is over, and has given what it had to. True: nothing is expected of it any
    /// more.</summary>
    /// <param name="wasRaced">Several things were done at once: what it took up is not known any
    /// more.</param>
    /// <param name="statusOf">What runs are now.</param>
    /// <param name="isWorking">Whether a run has a body open.</param>
    /// <exception cref="Broken">It is over too early, or not, or told something else.</exception>
    public bool Check(bool wasRaced, Func<string, RunStatus?> statusOf, Func<string, bool> isWorking)
    {
        List<RunEnd> ends;
        lock (_gate)
        {
            ends = [.. _ends];
            _ends.Clear();
        }

        var isOver = Volatile.Read(ref _isOver);
        if (wasRaced)
            _working = null;
        if (_working is null)
            return isOver;
        _working.RemoveWhere(id => !isWorking(id));
        Broken.Unless(
            isOver == (_working.Count == 0),
            $"a resume is {(isOver ? "over" : "not over")}, and {string.Join(", ", _working)} work of what it took up"
        );
        foreach (var end in ends)
            Broken.Unless(
                end.Status == statusOf(end.RunId) || end.Error?.Category == Rules.Suspended,
                $"a resume gives {end}, and the run is {statusOf(end.RunId)}"
            );
        return isOver;
    }
}
