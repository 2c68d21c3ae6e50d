using System.Collections.Concurrent;

namespace Cano.Reliability.Nodes;

/// <summary>What a store said to all its nodes, and what their bodies did.</summary>
internal sealed class Told
{
    private readonly ConcurrentDictionary<(string Run, long Sequence), byte[]> _rows = [];
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> _charges = [];
    private readonly Dictionary<string, List<Member>> _working = [];
    private readonly ConcurrentQueue<string> _breaches = [];
    private int _refused;
    private int _takenOver;
    private int _late;
    private int _woken;
    private int _wokenElsewhere;
    private readonly ConcurrentDictionary<string, string> _parkedBy = [];

    public int RefusedCount => _refused;

    public int TakenOverCount => _takenOver;

    /// <summary>How many bodies began beside another node's, a lease after the store had answered.</summary>
    public int LateCount => _late;

    public IEnumerable<string> Breaches => _breaches;

    public void Refused() => Interlocked.Increment(ref _refused);

    public void Claimed(bool isOrphan)
    {
        if (isOrphan)
            Interlocked.Increment(ref _takenOver);
    }

    /// <summary>How many runs were woken when they were due, and how many of them by another node than had
    /// parked them.</summary>
    public (int All, int Elsewhere) WokenCount => (_woken, _wokenElsewhere);

    public void Parked(string run, string node) => _parkedBy[run] = node;

    public void Woken(string run, string node)
    {
        Interlocked.Increment(ref _woken);
        if (_parkedBy.TryGetValue(run, out var parkedBy) && parkedBy != node)
            Interlocked.Increment(ref _wokenElsewhere);
    }

    public void Acknowledged(string run, CheckpointRow row)
    {
        if (!_rows.TryAdd((run, row.Sequence), row.ToBytes()))
            _breaches.Enqueue($"row {row.Sequence} of '{run}' was acknowledged twice");
    }

    /// <summary>A bank that knows payments by their keys.</summary>
    public void Charge(string run, string key) => _charges.GetOrAdd(run, _ => [])[key] = true;

    /// <summary>A body works on a run until this is disposed of. Whoever nobody disturbed has it
    /// alone.</summary>
    public IDisposable Work(string run, Member member)
    {
        lock (_working)
        {
            if (!_working.TryGetValue(run, out var members))
                _working.Add(run, members = []);
            foreach (var other in members.Where(other => !member.IsDead && !other.WasDisturbed))
                if (other != member && member.WasPaused(run))
                    _late++;
                else
                    _breaches.Enqueue(
                        $"'{run}' is worked on by {member.Name} while {(other == member ? "it" : other.Name)} has it"
                    );
            members.Add(member);
        }

        return new Working(this, run, member);
    }

    /// <summary>What an acknowledged row became.</summary>
    public async Task CheckAsync(ICheckpointStore store, string run)
    {
        var rows = await store.LoadRunAsync(run);
        Broken.Unless(
            rows.Select(row => row.Sequence)
                .SequenceEqual(Enumerable.Range(0, rows.Count).Select(n => (long)n)),
            $"the rows of '{run}' have a gap"
        );
        foreach (var row in rows)
            if (_rows.TryGetValue((run, row.Sequence), out var acknowledged))
                Broken.Unless(
                    row.ToBytes().AsSpan().SequenceEqual(acknowledged),
                    $"row {row.Sequence} of '{run}' is another one than was acknowledged"
                );
        Broken.Unless(
            _rows.Keys.All(key => key.Run != run || key.Sequence < rows.Count),
            $"an acknowledged row of '{run}' is gone"
        );
        Broken.Unless(
            _charges.GetValueOrDefault(run)?.Count is not > 1,
            $"'{run}' was charged under several keys"
        );
    }

    private sealed class Working(Told told, string run, Member member) : IDisposable
    {
        public void Dispose()
        {
            lock (told._working)
                told._working[run].Remove(member);
        }
    }
}
