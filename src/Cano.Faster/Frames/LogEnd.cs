namespace Cano.Faster.Frames;

/// <summary>How far a log is known: where it ends, and its last frame.</summary>
/// <param name="End">The address after the last frame.</param>
/// <param name="LastFrame">Where that frame begins.</param>
/// <param name="LastRun">The checksum of its run id.</param>
internal readonly record struct LogEnd(long End, long LastFrame, uint LastRun)
{
    /// <summary>Stands for the last frame where there is none: no frame lies at this address.</summary>
    public const long NoFrame = 0;
}
