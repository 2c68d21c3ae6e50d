using Cano.Runtime.Time;

namespace Cano.Runtime.StoredRuns;

/// <summary>Who holds a run while it is under way. Told on the run's stack, so that it does no more than take
/// notice.</summary>
internal interface IRunHost
{
    /// <summary>Whether it wants to hear of the next row, behind which the run is this.</summary>
    bool Listens(RowStatus status);

    /// <summary>It stands still before anything of it is read: what it needs is set up for all.</summary>
    void StandsStill();

    /// <summary>The run that was there is its.</summary>
    void Claimed();

    /// <summary>The run has nothing to do but wait, as its newest row says. True: it stops here, and its host
    /// takes it up when the wait is over, or something comes for it.</summary>
    /// <param name="end">When the wait is over by itself; null: never.</param>
    /// <param name="limit">When the run's total time is over; null: never.</param>
    bool Parks(Moment? end, Moment? limit);

    /// <summary>It was to stop and wait, and goes on after all.</summary>
    void GoesOn();

    /// <summary>The run has stopped, and its store did not take in that it is parked: its host takes it up
    /// again.</summary>
    void NotParked();

    /// <summary>The run has stopped and is parked, and something had come for it before: its host looks at
    /// once.</summary>
    void IsDue();

    /// <summary>Where its children are.</summary>
    IChildRuns Children { get; }

    /// <summary>A row is durable.</summary>
    void Appended(CheckpointRow row);
}
