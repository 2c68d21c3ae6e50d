using Cano.FaultyDisks;
using Cano.Reliability.Journals;
using Cano.Testing;

namespace Cano.Reliability.Signals;

/// <summary>How a process dies.</summary>
internal enum Death
{
    /// <summary>What it has written stays.</summary>
    Kill,

    /// <summary>The machine loses its power: of what was not flushed anything may be gone.</summary>
    PowerCut,
}

/// <summary>What outlives processes: rows and inboxes in memory.</summary>
internal class Home(VirtualTime clock) : IDisposable
{
    private readonly MemoryCheckpointStore _memory = new(clock);

    /// <summary>No write comes through any more.</summary>
    public virtual bool IsCut => false;

    public virtual ICheckpointStore Store => _memory;

    public virtual void Open() { }

    /// <summary>The process is closed in order.</summary>
    public virtual void Close() { }

    /// <summary>The process has died.</summary>
    public virtual void Die(Death death) { }

    /// <summary>The power fails within one of the next writes or flushes; false: it cannot.</summary>
    public virtual bool CutAt(int call) => false;

    public virtual void Dispose() { }
}

/// <summary>The embedded journal on a disk in memory.</summary>
internal sealed class JournalHome(VirtualTime clock, Random chance) : Home(clock)
{
    private readonly VirtualTime _clock = clock;
    private FaultDisk _disk = new(seed: 1);
    private DiskFault? _cut;
    private FasterCheckpointStore? _journal;

    public override bool IsCut => _cut is not null && _disk.CallStruckBy(_cut) is not null;

    public override ICheckpointStore Store => _journal!;

    public override void Open() => _journal = SmallJournal.OpenAsync(_disk, _clock).GetAwaiter().GetResult();

    public override void Close()
    {
        CloseJournal();
        Renew(_disk.Written());
    }

    public override void Die(Death death)
    {
        var left = death == Death.Kill ? _disk.Written() : _disk.AfterPowerLoss(chance);
        CloseJournal();
        Renew(left);
    }

    public override bool CutAt(int call)
    {
        if (_cut is not null)
            return false;
        _disk.Add(_cut = new DiskFault(DiskFaultKind.PowerCut, At: call));
        return true;
    }

    public override void Dispose() => CloseJournal();

    private void Renew(DiskImage left) => (_disk, _cut) = (new FaultDisk(left, chance.Next()), null);

    private void CloseJournal()
    {
        try
        {
            _journal?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        // The disk has failed.
        catch (CanoException) { }
        _journal = null;
    }
}
