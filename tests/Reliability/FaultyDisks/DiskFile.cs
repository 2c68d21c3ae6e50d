namespace Cano.FaultyDisks;

/// <summary>A file in two states: as written, which every reader sees, and as flushed, which a power failure
/// leaves for certain. Between them lie the changes in flight.</summary>
internal sealed class DiskFile(byte[] begun)
{
    /// <summary>What a disk writes whole or not at all, in bytes.</summary>
    public const int Sector = 512;

    private readonly DiskContent _written = new(begun);
    private readonly DiskContent _flushed = new(begun);
    private readonly List<DiskChange> _inFlight = [];
    private readonly HashSet<long> _lost = [];

    public long Length => _written.Length;

    /// <summary>How many changes wait for a flush.</summary>
    public int InFlight => _inFlight.Count;

    public ReadOnlySpan<byte> Written => _written.Span;

    public byte[] ToArray() => _written.Copy().ToArray();

    public void Apply(DiskChange change)
    {
        if (change is DiskChange.Flush flush)
        {
            Flush(flush.IsOfDataAlone);
            return;
        }

        if (change is DiskChange.Refuse refused)
        {
            Refuse(new Random(refused.Seed));
            return;
        }

        // What a file gives back it gets anew.
        if (change is DiskChange.Resize resized)
            _lost.RemoveWhere(sector => sector * Sector >= resized.Length);
        Land(change, _written);
        _inFlight.Add(change);
    }

    /// <summary>A flush of data alone leaves in flight what goes beyond the size that was flushed, and all
    /// that was written after a change of it.</summary>
    private void Flush(bool isOfDataAlone)
    {
        var rest = new List<DiskChange>();
        var isResized = false;
        foreach (var change in isOfDataAlone ? _inFlight.SelectMany(Sectors) : _inFlight)
        {
            isResized |= change is DiskChange.Resize;
            if (isOfDataAlone && (isResized || !IsWithin(change, _flushed.Length)))
                rest.Add(change);
            else
                Reach(change, _flushed);
        }

        _inFlight.Clear();
        _inFlight.AddRange(rest);
    }

    private static bool IsWithin(DiskChange change, long length) =>
        change is DiskChange.Write write && write.Position + write.Bytes.Length <= length;

    /// <summary>The system takes for flushed what it could not write. What became of the file's size stands
    /// elsewhere, and is flushed later.</summary>
    /// <remarks>Some file systems, ext4 among them, mark a place that a file gets as never written until it
    /// is. When the write fails the mark stays, and stays when the same place is written again: flushed, and
    /// zeros to whoever reads the disk.</remarks>
    private void Refuse(Random chance)
    {
        var kept = chance.Next(3) * 0.5;
        var places = chance.Next(2) == 0 ? _flushed.Length : long.MaxValue;
        foreach (var sector in _inFlight.SelectMany(Sectors))
            if (sector is not DiskChange.Write write)
                continue;
            else if (chance.NextDouble() < kept)
                Reach(sector, _flushed);
            else if (write.Position / Sector * Sector >= places)
                _lost.Add(write.Position / Sector);
        _inFlight.RemoveAll(change => change is DiskChange.Write);
    }

    /// <summary>What the platter holds after a power failure: what was flushed, and any of the sectors in
    /// flight, in any order.</summary>
    /// <param name="chance">Picks them.</param>
    /// <param name="kept">How likely each is kept, 0 to 1.</param>
    public byte[] AfterPowerLoss(Random chance, double kept)
    {
        if (_inFlight.Count == 0)
            return _flushed.ToArray();

        var platter = _flushed.Copy();
        var order = _inFlight.SelectMany(Sectors).ToArray();
        if (chance.Next(4) == 0)
            chance.Shuffle(order);
        foreach (var change in order)
            if (chance.NextDouble() < kept)
                Reach(change, platter);
        return platter.ToArray();
    }

    /// <summary>A write cut at the sectors' borders; any other change as it is.</summary>
    public static IEnumerable<DiskChange> Sectors(DiskChange change)
    {
        if (change is not DiskChange.Write write)
        {
            yield return change;
            yield break;
        }

        for (var at = 0; at < write.Bytes.Length; )
        {
            var position = write.Position + at;
            var size = (int)Math.Min(Sector - (position % Sector), write.Bytes.Length - at);
            yield return new DiskChange.Write(write.File, position, write.Bytes[at..(at + size)]);
            at += size;
        }
    }

    /// <summary>The disk holds the change, but for the places that are lost to it.</summary>
    private void Reach(DiskChange change, DiskContent platter)
    {
        if (_lost.Count == 0)
        {
            Land(change, platter);
            return;
        }

        foreach (var part in Sectors(change))
            Land(
                part is DiskChange.Write write && _lost.Contains(write.Position / Sector)
                    ? write with
                    {
                        Bytes = new byte[write.Bytes.Length],
                    }
                    : part,
                platter
            );
    }

    private static void Land(DiskChange change, DiskContent content)
    {
        if (change is DiskChange.Write write)
            content.Write(write.Position, write.Bytes);
        else if (change is DiskChange.Resize resize)
            content.Resize(resize.Length);
    }
}
