using Cano.Runtime.Scope;
using Cano.Runtime.Time;

namespace Cano.CSharp.Engine;

/// <summary>What a parked run waits for.</summary>
/// <param name="Workflow">Goes on with it.</param>
/// <param name="End">When its wait is over by itself; null: never.</param>
/// <param name="Limit">When its total time is over; null: never.</param>
internal readonly record struct ParkedWait(EngineWorkflow Workflow, Moment? End, Moment? Limit);

/// <summary>The runs that wait, of which nothing is here but what ends their waits. One alarm for all sleeps
/// until the earliest end.</summary>
/// <param name="time">The clock.</param>
/// <param name="dispatcher">Where who sleeps until the earliest end hears of a change.</param>
internal sealed class ParkedRuns(TimeProvider time, Dispatcher dispatcher)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ParkedWait> _waits = [];

    // Instants of the wall clock, and ends of spans by the steady clock, do not compare.
    private readonly SortedSet<(long Order, string Id, bool IsLimit)> _instants = new(new Earlier());
    private readonly SortedSet<(long Order, string Id, bool IsLimit)> _spans = new(new Earlier());
    private readonly Knock _changes = new(dispatcher);

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _waits.Count;
        }
    }

    /// <summary>Adds a run, once.</summary>
    public void Add(string id, ParkedWait wait)
    {
        lock (_gate)
        {
            var before = Earliest;
            Drop(id);
            _waits[id] = wait;
            foreach (var (moment, isLimit) in Ends(wait))
                SetOf(moment).Add((moment.Order(time), id, isLimit));
            RingUnless(before);
        }
    }

    /// <summary>Takes a run away; false when it is not there.</summary>
    public bool Remove(string id)
    {
        lock (_gate)
        {
            var before = Earliest;
            if (!Drop(id))
                return false;
            RingUnless(before);
            return true;
        }
    }

    /// <summary>What a run waits for; null when it is not there.</summary>
    public ParkedWait? Find(string id)
    {
        lock (_gate)
            return _waits.TryGetValue(id, out var wait) ? wait : null;
    }

    /// <summary>Takes all away.</summary>
    public KeyValuePair<string, ParkedWait>[] Clear()
    {
        lock (_gate)
        {
            KeyValuePair<string, ParkedWait>[] all = [.. _waits];
            _waits.Clear();
            _instants.Clear();
            _spans.Clear();
            _changes.Ring();
            return all;
        }
    }

    /// <summary>The earliest end of each kind, and what completes when that may be another; nothing when no
    /// wait is over by itself. For the one who sleeps until then.</summary>
    public (Moment? Instant, Moment? Span, Task Changed)? Next()
    {
        lock (_gate)
        {
            if (_instants.Count + _spans.Count == 0)
                return null;
            return (First(_instants), First(_spans), _changes.More());
        }
    }

    /// <summary>Those of which a time is over, the earliest first.</summary>
    public List<(string Id, ParkedWait Wait)> Due()
    {
        var due = new List<(string, ParkedWait)>();
        lock (_gate)
            foreach (var set in new[] { _instants, _spans })
            foreach (var (_, id, isLimit) in set)
            {
                if (!(MomentOf(id, isLimit).Left(time) <= TimeSpan.Zero))
                    break;
                due.Add((id, _waits[id]));
            }

        return due;
    }

    /// <summary>What the alarm sleeps for: very many runs come and go without a change of it.</summary>
    private ((long, string, bool) Instant, (long, string, bool) Span) Earliest => (_instants.Min, _spans.Min);

    private void RingUnless(((long, string, bool), (long, string, bool)) before)
    {
        if (Earliest != before)
            _changes.Ring();
    }

    private Moment? First(SortedSet<(long Order, string Id, bool IsLimit)> set) =>
        set.Count == 0 ? null : MomentOf(set.Min.Id, set.Min.IsLimit);

    private Moment MomentOf(string id, bool isLimit) =>
        isLimit ? _waits[id].Limit!.Value : _waits[id].End!.Value;

    private bool Drop(string id)
    {
        if (!_waits.Remove(id, out var wait))
            return false;
        foreach (var (moment, isLimit) in Ends(wait))
            SetOf(moment).Remove((moment.Order(time), id, isLimit));
        return true;
    }

    private SortedSet<(long Order, string Id, bool IsLimit)> SetOf(Moment moment) =>
        moment.IsSpan ? _spans : _instants;

    private static IEnumerable<(Moment, bool)> Ends(ParkedWait wait)
    {
        if (wait.End is { } end)
            yield return (end, false);
        if (wait.Limit is { } limit)
            yield return (limit, true);
    }

    private sealed class Earlier : IComparer<(long Order, string Id, bool IsLimit)>
    {
        public int Compare((long Order, string Id, bool IsLimit) x, (long Order, string Id, bool IsLimit) y)
        {
            var order = x.Order.CompareTo(y.Order);
            if (order == 0)
                order = string.CompareOrdinal(x.Id, y.Id);
            return order != 0 ? order : x.IsLimit.CompareTo(y.IsLimit);
        }
    }
}
