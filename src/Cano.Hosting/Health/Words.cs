using Cano.Hosting.Engines;

namespace Cano.Hosting.Health;

internal static class Words
{
    /// <summary>Why an engine does no work.</summary>
    public static string Of(EnginePhase phase) =>
        phase switch
        {
            EnginePhase.Before => "the host has not opened the engine yet",
            EnginePhase.Open => "the host is starting",
            EnginePhase.Stopping => "the host stops, or has stopped",
            _ => "the engine is at work",
        };
}
