namespace Cano.Runtime.Resilience;

/// <summary>A meter of our own: what it gave can be given back without an object to remember it.</summary>
internal interface IRefundableMeter : IRateMeter
{
    TimeProvider Time { get; }

    /// <summary>Takes n units if they are there; `generation` is what to give them back with.</summary>
    bool TryTake(int n, out long generation);

    /// <summary>Gives n units back; those of an earlier generation are worth nothing any more.</summary>
    void GiveBack(int n, long generation);
}
