using Cano.Faster.Disks;
using Cano.FaultyDisks;
using Cano.Testing;

namespace Cano.Reliability.Journals;

/// <summary>Does the deeds of a script to a journal and keeps the ledger of them.</summary>
internal sealed class Writer(FaultDisk disk, Ledger ledger)
{
    private static readonly TimeSpan SuperblockDue = TimeSpan.FromSeconds(2);

    private readonly VirtualTime _clock = new();
    private readonly HashSet<string> _deferred = [];
    private FasterCheckpointStore? _store;
    private long _newestFence = AppendRule.FirstFence;

    /// <summary>What its journals told their log.</summary>
    public Warnings Warnings { get; } = new();

    /// <summary>The refusal that ended it; null when every deed succeeded.</summary>
    public CanoException? Refusal { get; private set; }

    /// <summary>Opens the journal and does the deeds, up to the first refusal.</summary>
    /// <param name="deeds">The script.</param>
    /// <param name="closes">Whether the journal is closed at the end; else it is as a crash leaves
    /// it.</param>
    public async Task WriteAsync(IReadOnlyList<Deed> deeds, bool closes)
    {
        try
        {
            _store = await SmallJournal.OpenAsync(disk, _clock, Warnings);
            foreach (var deed in deeds)
                await DoAsync(deed);
            if (closes)
                await CloseAsync();
        }
        catch (CanoException refusal)
        {
            Refusals.Check(refusal);
            Refusal = refusal;
        }
    }

    /// <summary>Gives the journal's memory and lock back. Only what the disk held before counts as the
    /// crash's image.</summary>
    public async Task AbandonAsync()
    {
        try
        {
            if (_store is not null)
                await _store.DisposeAsync();
        }
        catch (CanoException refusal)
        {
            Refusals.Check(refusal);
            Refusal ??= refusal;
        }
    }

    private async Task DoAsync(Deed deed)
    {
        switch (deed)
        {
            case Deed.OfRun one:
                await Note(one, Start(one));
                break;
            case Deed.Together group:
                await DoTogetherAsync(group.Deeds);
                break;
            case Deed.Pause:
                await FlushAsync();
                _clock.Advance(SuperblockDue);
                break;
            case Deed.Reopen:
                await CloseAsync();
                _store = await SmallJournal.OpenAsync(disk, _clock, Warnings);
                break;
        }
    }

    private async Task AppendAsync(Deed.Append append)
    {
        if (append.IsDeferred)
        {
            await _store!.DeferAsync(append.Run, append.Row, append.Fence);
            _deferred.Add(append.Run);
        }
        else
            await _store!.AppendAsync(append.Run, append.Row, append.Fence);
    }

    /// <summary>Before time passes, so that nothing is written by itself, at any moment.</summary>
    private async Task FlushAsync()
    {
        foreach (var run in _deferred)
        {
            await _store!.FlushAsync(run);
            ledger.AcknowledgeDeferred(run, disk.Position);
        }

        _deferred.Clear();
    }

    private async Task CloseAsync()
    {
        await _store!.DisposeAsync();
        ledger.AcknowledgeAll(disk.Position);
    }

    private async Task DoTogetherAsync(IReadOnlyList<Deed.OfRun> deeds)
    {
        var held = new HeldCall();
        disk.Add(
            new DiskFault(DiskFaultKind.Delay)
            {
                Call = DiskCall.Flush,
                Name = SegmentFiles.Prefix,
                Held = held,
            }
        );
        var entry = ledger.Attempt(deeds[0], disk.Position);
        var leader = Task.Run(() => Note(entry, () => Do(deeds[0])));
        // A leader that was refused leaves its part to the next one, which nobody is to hold.
        if (await Task.WhenAny(held.Arrived, leader) == leader)
            held.Release();
        var others = deeds.Skip(1).Select(deed => Note(deed, Start(deed))).ToArray();
        held.Release();
        await leader;
        await Task.WhenAll(others);
    }

    /// <summary>A script knows the run's next fence. The journal does not when damage took all of the run,
    /// which a later opening told (a segment that is written again as it is opened may go to the wrong place,
    /// and no frame of it is sound then): what is claimed is a run that it never heard of, and its fence has
    /// to be above all that were given.</summary>
    private async Task ClaimAsync(Deed.Claim claim)
    {
        var isLost = await IsToldLostAsync(claim.Run);
        var fence = await _store!.ClaimAsync(claim.Run, "writer");
        var isRight = isLost ? fence > _newestFence : fence == claim.Fence;
        Broken.Unless(
            isRight,
            $"a claim gave fence {fence} instead of {claim.Fence}; {_newestFence} was the newest"
        );
        _newestFence = Math.Max(_newestFence, fence);
    }

    /// <summary>Whether nothing of the run is there, and the journal says that there may have been
    /// runs.</summary>
    private async Task<bool> IsToldLostAsync(string id)
    {
        var hasUnknown = false;
        await foreach (var run in _store!.ListRunsAsync(RunFilter.All))
        {
            if (run.RunId == id)
                return false;
            hasUnknown |= Invariants.IsUnknownRun(run.RunId);
        }

        return hasUnknown;
    }

    private Func<Task> Start(Deed.OfRun deed) => () => Do(deed);

    private Task Note(Deed.OfRun deed, Func<Task> act) => Note(ledger.Attempt(deed, disk.Position), act);

    private async Task Note(Ledger.Entry entry, Func<Task> act)
    {
        await act();
        ledger.Acknowledge(entry, disk.Position);
    }

    private async Task Do(Deed.OfRun deed)
    {
        switch (deed)
        {
            case Deed.Append append:
                await AppendAsync(append);
                break;
            case Deed.Claim claim:
                await ClaimAsync(claim);
                break;
            case Deed.Clear clear:
                await _store!.ClearAsync(clear.Run);
                break;
            case Deed.Accept accept:
                var isKept = await _store!.AcceptAsync(accept.Run, accept.Item);
                Broken.Unless(isKept == accept.IsKept, $"accepting {accept.Item} gave {isKept}");
                break;
        }
    }
}
