namespace Cano.FaultyDisks;

/// <summary>The faults of a disk, and how many of the calls that each can strike it has seen.</summary>
internal sealed class WaitingFaults
{
    private readonly List<(DiskFault Fault, int Seen)> _waiting = [];

    private readonly Dictionary<DiskFault, string> _struck = new(ReferenceEqualityComparer.Instance);

    /// <summary>The last call that the fault struck, for people; null when it has struck none.</summary>
    public string? CallStruckBy(DiskFault fault) => _struck.GetValueOrDefault(fault);

    public void Add(DiskFault fault) => _waiting.Add((fault, 0));

    public void Clear() => _waiting.Clear();

    /// <summary>Every call counts for each fault; the first one that strikes it wins.</summary>
    public DiskFault? Strike(DiskCall call, string name)
    {
        DiskFault? striking = null;
        for (var i = 0; i < _waiting.Count; i++)
        {
            var (fault, seen) = _waiting[i];
            var isCut = fault.Kind == DiskFaultKind.PowerCut && seen >= fault.At;
            if (!isCut && !fault.Fits(call, name))
                continue;
            _waiting[i] = (fault, ++seen);
            if (seen == fault.At || isCut || (fault.IsLasting && seen > fault.At))
                striking ??= fault;
        }

        if (striking is not null)
            _struck[striking] = $"{call} {name}";
        return striking;
    }
}
