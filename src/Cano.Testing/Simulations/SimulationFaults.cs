namespace Cano.Testing;

/// <summary>What may go wrong in a simulation.</summary>
[Flags]
public enum SimulationFaults
{
    /// <summary>Nothing: only the order of parallel work is drawn.</summary>
    None = 0,

    /// <summary>A body throws, before it ran or after.</summary>
    TaskFails = 1,

    /// <summary>A body begins late; it stops waiting when it is told to.</summary>
    TaskIsSlow = 1 << 1,

    /// <summary>A body has done its work but does not return, and ignores its token: after the grace it is
    /// abandoned.</summary>
    TaskIsDeaf = 1 << 2,

    /// <summary>A row cannot be appended, or is durable and its writer hears of a failure all the
    /// same.</summary>
    AppendFails = 1 << 3,

    /// <summary>A run's rows cannot be loaded, or the run not be claimed.</summary>
    LoadFails = 1 << 4,

    /// <summary>The rows of an ended run cannot be cleared.</summary>
    ClearFails = 1 << 5,

    /// <summary>A resource cannot be set up.</summary>
    SetupFails = 1 << 6,

    /// <summary>The process dies: nothing of it takes effect any more, and another one resumes on what was
    /// durable.</summary>
    Crash = 1 << 7,

    /// <summary>A run that failed and left rows behind is resumed.</summary>
    Restart = 1 << 8,

    /// <summary>Its caller gives the run up.</summary>
    Cancel = 1 << 9,

    /// <summary>Somebody sets the wall clock, by up to an hour either way.</summary>
    ClockJumps = 1 << 10,

    /// <summary>A compensation throws or is slow. Compensations are not repeated, so what such a one should
    /// have undone stays: a workflow's own invariants seldom survive this.</summary>
    CompensationFails = 1 << 11,

    /// <summary>In some seeds the workflow's logger throws, whenever it is called. Nothing changes by
    /// it.</summary>
    LoggerThrows = 1 << 12,

    /// <summary>In some seeds an observer throws in every hook. Nothing changes by it.</summary>
    ObserverThrows = 1 << 13,

    /// <summary>In some seeds what bodies throw throws in turn when its message is read. Nothing changes by
    /// it but the text of errors.</summary>
    ExceptionThrows = 1 << 14,

    /// <summary>In some seeds the run is told to rest, as at an orderly end of its process: what is under way
    /// gets a grace, nothing is undone, and another process goes on. A run that is not journaled is
    /// undone.</summary>
    Suspend = 1 << 15,

    /// <summary>In some seeds the run is cancelled for good: a request that is durable at once, whether
    /// anybody works on the run or not. From the row on that says so it only goes back.</summary>
    DurableCancel = 1 << 16,

    /// <summary>Everything after which a sound workflow leaves its world in order.</summary>
    Default = All & ~CompensationFails,

    /// <summary>Everything.</summary>
    All = (1 << 17) - 1,
}
