namespace Cano.Hosting.Engines;

/// <summary>How far a host has come with its engine.</summary>
internal enum EnginePhase
{
    /// <summary>It has not started.</summary>
    Before,

    /// <summary>The engine is open, and takes starts.</summary>
    Open,

    /// <summary>All is at work.</summary>
    Running,

    /// <summary>It is asked to stop, or has stopped.</summary>
    Stopping,
}
