using Cano.Reliability.Signals;

namespace Cano.Reliability.Families;

/// <summary>All runs of a store, by the rows that were asked of it, in that order.</summary>
internal sealed class Kindred : IHearsStore
{
    private readonly Lock _gate = new();
    private readonly List<Kin> _all = [];
    private readonly Dictionary<string, Kin> _now = [];
    private string? _violation;
    private int _at;

    /// <summary>Whether what is asked comes to nothing.</summary>
    public Func<bool> IsCut { get; set; } = () => false;

    /// <summary>All that were there, those that were forgotten too.</summary>
    public Kin[] All
    {
        get
        {
            lock (_gate)
                return [.. _all];
        }
    }

    /// <summary>Those that are there.</summary>
    public Kin[] Present
    {
        get
        {
            lock (_gate)
                return [.. _all.Where(kin => !kin.IsCleared)];
        }
    }

    public string? Violation
    {
        get
        {
            lock (_gate)
                return _violation;
        }
    }

    public bool IsThere(string id)
    {
        lock (_gate)
            return _now.ContainsKey(id);
    }

    /// <summary>The run that is there; null when none is.</summary>
    public Kin? Find(string id)
    {
        lock (_gate)
            return _now.GetValueOrDefault(id);
    }

    public void Try(string id, CheckpointRow row)
    {
        lock (_gate)
        {
            _at++;
            if (IsCut())
                return;
            if (row.Sequence == 0 && !_now.ContainsKey(id))
                _all.Add(_now[id] = new Kin(id));
            if (!_now.TryGetValue(id, out var kin) || kin.Rows.Count != row.Sequence)
                _violation ??=
                    $"{id}: {row} is tried behind row {kin?.Rows.Count - 1}: it is worked on twice";
            else
                kin.Rows.Add(KinRow.Of(id, row, _at));
        }
    }

    public void Acknowledge(string id, CheckpointRow row)
    {
        lock (_gate)
            if (_now.TryGetValue(id, out var kin) && row.Sequence < kin.Rows.Count)
                kin.Rows[(int)row.Sequence].DurableAt ??= ++_at;
    }

    public void Read(string id, IReadOnlyList<InboxItem> items) { }

    public void TryClear(string id)
    {
        lock (_gate)
            if (_now.TryGetValue(id, out var kin) && !IsCut())
                kin.ClearTriedAt = ++_at;
    }

    public void Clear(string id)
    {
        lock (_gate)
            if (_now.TryGetValue(id, out var kin))
                Forget(kin);
    }

    /// <summary>The process has died: what is found tells what is durable.</summary>
    /// <param name="newest">The newest row of a run; -1 when there is none.</param>
    public void Recover(Func<string, long> newest)
    {
        lock (_gate)
            foreach (var id in _all.Select(kin => kin.Id).Distinct().ToArray())
            {
                var last = newest(id);
                if (_now.TryGetValue(id, out var kin) && !Recovers(kin, last))
                    kin = null;
                // What was forgotten is there again unless something was durable since.
                if (kin is null && last >= 0)
                    Return(id, last);
            }
    }

    /// <summary>Whether the run is the one that is there.</summary>
    private bool Recovers(Kin kin, long last)
    {
        var durable = kin.Rows.Count(row => row.DurableAt is not null);
        if (last < 0 && kin.ClearTriedAt is not null)
        {
            Forget(kin);
            return false;
        }

        // Of a run that had just begun one row was tried, and those that ended have several.
        var isAnother = durable == 0 && last > 0;
        if (!isAnother && (last < durable - 1 || last >= kin.Rows.Count))
            _violation ??= $"the newest row is {last}, of {durable} that are durable: {kin}";
        kin.ClearTriedAt = null;
        kin.Rows.RemoveAll(row => isAnother || row.Stored.Sequence > last);
        foreach (var row in kin.Rows)
            row.DurableAt ??= ++_at;
        if (kin.Rows.Count > 0)
            return true;
        _now.Remove(kin.Id);
        _all.Remove(kin);
        return false;
    }

    private void Return(string id, long last)
    {
        var kin = _all.FindLast(kin => kin.Id == id);
        if (kin is null || kin.Rows.Count - 1 != last)
            _violation ??= $"{id} has row {last}, which nobody tried: {kin}";
        else
            (kin.IsCleared, kin.ClearTriedAt, _now[id]) = (false, null, kin);
    }

    private void Forget(Kin kin)
    {
        kin.IsCleared = true;
        _now.Remove(kin.Id);
    }
}
