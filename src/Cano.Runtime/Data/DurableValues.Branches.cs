using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Runtime.Data;

// What journaled branches see of it, and give back to it.
internal sealed partial class DurableValues
{
    /// <summary>What the branches found that rows tell of; null when they tell of none.</summary>
    private ListedData? _listed;

    /// <summary>What the branches of a visit find, or found before a crash.</summary>
    public ListedData FoundIn(long visit) => _listed?.Visit == visit ? _listed : Frozen(visit);

    /// <summary>The values as one branch sees them. What it writes is its own.</summary>
    public DurableValues SeenBy(int index, ListedData found)
    {
        var seen = new DurableValues(_codec);
        foreach (var (key, json) in found.Values)
            seen._values[key] = DurableValue.Of(json);
        found.WriteAgain(index, seen._values);
        foreach (var (key, value) in seen._values.ToArray())
        {
            seen._values[key] = DurableValue.Seen(value.ToJson());
            seen._size += SizeOf(key, value);
        }

        return seen;
    }

    /// <summary>What a branch wrote must have room in a row, with all that is there.</summary>
    /// <exception cref="CanoException">`store`: it has none.</exception>
    public void RequireRoom(DurableValues branch)
    {
        lock (_gate)
        {
            var size = branch._cleared ? 0 : _size;
            foreach (var key in branch._changed)
            {
                var before = branch._cleared ? null : _values.GetValueOrDefault(key);
                size += SizeAfter(key, before, branch) - (before is null ? 0 : SizeOf(key, before));
            }

            if (size > RowLimits.Data && size > _size)
                throw Error(
                    $"What the branch wrote was not kept: the run's data would have {size} bytes, and a run keeps at "
                        + $"most {RowLimits.Data}; keep large data elsewhere and put a reference to it"
                );
        }
    }

    /// <summary>What a branch wrote becomes the run's. The later of two wins; lists grow by what each
    /// appended.</summary>
    public void Merge(DurableValues branch)
    {
        if (branch._cleared)
            Clear();
        lock (_gate)
        {
            foreach (var key in branch._changed)
            {
                var before = _values.GetValueOrDefault(key);
                _size -= SizeUnder(key);
                _changed.Add(key);
                if (!branch._values.TryGetValue(key, out var written))
                {
                    _values.Remove(key);
                    continue;
                }

                _values[key] = written.Appended is { } items
                    ? Grown(before, items)
                    : DurableValue.Of(written.ToJson());
                _size += SizeUnder(key);
            }
        }
    }

    /// <summary>The list with more items; of what is no list any more, a list of these.</summary>
    private static DurableValue Grown(DurableValue? list, IReadOnlyList<byte[]> items)
    {
        var grown = list ?? DurableValue.EmptyList();
        if (!items.All(grown.TryAppend))
            items.All((grown = DurableValue.EmptyList()).TryAppend);
        return grown;
    }

    private static long SizeAfter(string key, DurableValue? before, DurableValues branch)
    {
        if (!branch._values.TryGetValue(key, out var written))
            return 0;
        return written.Appended is { } items
            ? SizeOf(key, before ?? DurableValue.EmptyList()) + items.Sum(item => item.Length + 1L)
            : SizeOf(key, written);
    }

    private ListedData Frozen(long visit)
    {
        lock (_gate)
            return new(visit, _values.ToDictionary(entry => entry.Key, entry => entry.Value.ToJson()));
    }

    /// <summary>A row of a branch that has ended comes next.</summary>
    private void Hear(string runId, CheckpointRow row, Func<byte[], byte[]> decode)
    {
        _listed = FoundIn(row.Visit);
        if (row.Data is { } delta && LoadedRows.Told(runId, [row])[0].Fact is Fact.BranchCompleted branch)
            _listed.Wrote(branch.Item.Index, delta.ToArray(), decode);
    }
}
