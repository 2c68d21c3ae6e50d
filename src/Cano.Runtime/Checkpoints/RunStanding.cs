using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano;

/// <summary>What a store keeps of how a run fares, besides its rows. For whoever writes an
/// <see cref="ICheckpointStore"/>: keep one for each run, and let it say what follows.</summary>
/// <param name="Visit">The visit of the newest row; -1 without one.</param>
/// <param name="Tries">Claims since the run last got further or came to an orderly stop.</param>
/// <param name="EndTicks">When the run's end was written, in UTC ticks; 0 when it has not ended.</param>
public readonly record struct RunStanding(long Visit, int Tries, long EndTicks)
{
    /// <summary>Of a run that has no rows.</summary>
    public static RunStanding None { get; } = new(Visit: -1, Tries: 0, EndTicks: 0);

    /// <summary>Whether somebody works on the run: it was begun, claimed or gone on with, and neither
    /// released nor ended since. Not durable: when a store of one process is opened anew nobody
    /// does.</summary>
    public bool IsWorkedOn { get; init; }

    /// <summary>When the run ended; null when it has not.</summary>
    public DateTimeOffset? EndedAt => UtcTicks.Instant(EndTicks);

    /// <summary>After a claim, which is a try.</summary>
    public RunStanding Claimed() => this with { Tries = Tries + 1, IsWorkedOn = true };

    /// <summary>After a claim that is none: the node before has let go of the run, or died when nobody worked
    /// on it.</summary>
    public RunStanding TakenOver() => this with { IsWorkedOn = true };

    /// <summary>After a release under the newest fence: the tries count no more.</summary>
    public RunStanding Released() => this with { Tries = 0, IsWorkedOn = false };

    /// <summary>After a request to stop for good was accepted: the tries count no more.</summary>
    public RunStanding CancelAccepted() => this with { Tries = 0 };

    /// <summary>After a row of this kind and visit. `endTicks`: of a row that ends the run, when it was
    /// written, in UTC; else 0.</summary>
    public RunStanding After(RowKind kind, long visit, long endTicks) =>
        new(visit, Quarantine.TriesAfter(Visit, kind, visit, Tries), endTicks) { IsWorkedOn = endTicks == 0 };

    /// <summary>The visit, the tries, whether somebody works on it, and the end: "visit 3, tried once,
    /// worked on".</summary>
    public override string ToString()
    {
        var standing = Visit < 0 ? "no visit" : $"visit {Visit}";
        var tries = Tries switch
        {
            0 => "",
            1 => ", tried once",
            _ => $", tried {Tries} times",
        };
        var ended = EndedAt is { } end ? $", ended {Words.Instant(end)}" : "";
        var work = IsWorkedOn ? ", worked on" : "";
        return standing + tries + work + ended;
    }
}
