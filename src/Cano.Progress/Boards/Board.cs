namespace Cano.Progress.Boards;

/// <summary>What is known of the runs that are under way, by what observers hear of them.</summary>
internal sealed class Board
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RunView> _runs = [];
    private readonly List<Note> _notes = [];
    private readonly SortedDictionary<RunStatus, int> _ended = [];
    private int _left;
    private long _order;

    /// <summary>Whether nothing is under way.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
                return _runs.Count == 0;
        }
    }

    public void Begin(RunPoint at, string how, long now)
    {
        lock (_gate)
        {
            var run = _runs.TryGetValue(IdOf(at), out var known)
                ? known
                : _runs[IdOf(at)] = new RunView(IdOf(at), _order++, now);
            run.Count++;
            _notes.Add(new(run.Id, how, NoteMark.Begun));
        }
    }

    /// <summary>What happened in a run; nothing of one that has ended.</summary>
    public void Tell(RunPoint at, Action<RunView> change)
    {
        lock (_gate)
        {
            if (_runs.TryGetValue(IdOf(at), out var run))
                change(run);
        }
    }

    public void End(RunPoint at, RunEnd end, long now)
    {
        var (how, mark) = end switch
        {
            { ExitState: { } exit } => ($"{end.Status} in {exit}", NoteMark.Good),
            { Status: RunStatus.Suspended or RunStatus.Waiting or RunStatus.Running } => (
                $"{end.Status} in {at.State}",
                NoteMark.Rests
            ),
            _ => ($"{end.Status}, {end.Error?.Message}", NoteMark.Bad),
        };
        lock (_gate)
        {
            _ended[end.Status] = _ended.GetValueOrDefault(end.Status) + 1;
            Leave(new(IdOf(at), how, mark), now);
        }
    }

    public void Rest(RunPoint at, long now)
    {
        lock (_gate)
            Leave(new(IdOf(at), $"rests in {at.State}", NoteMark.Rests), now);
    }

    /// <summary>Looks at everything at one moment; what has ended is seen once.</summary>
    public T Look<T>(Func<BoardSight, T> look)
    {
        lock (_gate)
        {
            var sight = new BoardSight(
                [.. _runs.Values.OrderBy(run => run.Order)],
                [.. _notes],
                _ended,
                IsOne: _runs.Values.Count(run => run.End is null) + _left == 1
            );
            _notes.Clear();
            var seen = look(sight);
            foreach (var run in sight.Runs.Where(run => run.End is not null))
                _runs.Remove(run.Id);
            if (_runs.Count == 0)
            {
                _ended.Clear();
                _left = 0;
            }

            return seen;
        }
    }

    // A run that is not known could not be taken up: it has nothing to show but its end.
    private void Leave(Note end, long now)
    {
        if (_runs.TryGetValue(end.RunId, out var run) && --run.Count == 0)
            run.Leave(end, now);
        _notes.Add(end);
        _left++;
    }

    /// <summary>Of several runs without an id none can be told from another: they are shown as one.</summary>
    private static string IdOf(RunPoint at) => at.RunId ?? "run";
}

/// <summary>The board at one moment.</summary>
/// <param name="Runs">Those under way, and those that ended since the last look; in the order in which they
/// began.</param>
/// <param name="Notes">What happened since then.</param>
/// <param name="Ended">How many have ended since nothing was under way, by what they are now.</param>
/// <param name="IsOne">Whether one run is all that is and was under way: it is shown with its states.</param>
internal sealed record BoardSight(
    IReadOnlyList<RunView> Runs,
    IReadOnlyList<Note> Notes,
    IReadOnlyDictionary<RunStatus, int> Ended,
    bool IsOne
)
{
    /// <summary>Whether nothing is under way any more.</summary>
    public bool IsOver => Runs.All(run => run.End is not null);
}
