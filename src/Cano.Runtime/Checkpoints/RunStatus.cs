namespace Cano;

/// <summary>How far a run has come: the first of these that holds in the order <see cref="Damaged"/>, an end,
/// <see cref="Quarantined"/>, <see cref="RollingBack"/>, <see cref="Running"/>, <see cref="Waiting"/>,
/// <see cref="Suspended"/>.</summary>
public enum RunStatus
{
    /// <summary>It has work to do, and somebody works on it.</summary>
    Running,

    /// <summary>Its next work is a wait: for an instant, a retry's delay, a signal, a child; whether or not
    /// somebody watches it.</summary>
    Waiting,

    /// <summary>It has work to do, and nobody works on it now.</summary>
    Suspended,

    /// <summary>Undoing completed steps, whether or not somebody works on it.</summary>
    RollingBack,

    /// <summary>Set aside, because it was claimed three times without getting further. It can still be
    /// claimed and resumed by its id.</summary>
    Quarantined,

    /// <summary>Its rows cannot all be read.</summary>
    Damaged,

    /// <summary>At an exit.</summary>
    Completed,

    /// <summary>Failed with nothing undone: what it completed stands.</summary>
    Failed,

    /// <summary>Failed, and all that it completed was undone.</summary>
    RolledBack,

    /// <summary>Asked to stop, and all that it completed was undone.</summary>
    Cancelled,

    /// <summary>Something could not be undone.</summary>
    RollbackFailed,
}
