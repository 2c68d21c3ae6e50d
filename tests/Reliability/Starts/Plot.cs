namespace Cano.Reliability.Starts;

/// <summary>What a run does.</summary>
internal enum Plot
{
    /// <summary>Two states, one after the other; what fails has nothing to undo.</summary>
    Chain,

    /// <summary>Pays, and ships; what was paid is undone.</summary>
    Saga,

    /// <summary>Waits for an hour, and works then.</summary>
    Timer,
}
