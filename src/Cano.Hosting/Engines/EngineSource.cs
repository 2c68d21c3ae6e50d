namespace Cano.Hosting.Engines;

/// <summary>Where a container finds the engine that its host opens.</summary>
internal sealed class EngineSource
{
    private const string When =
        "ask for it where the host has started: in StartAsync or ExecuteAsync of a hosted service, "
        + "or in a request, not in a constructor that the host calls before";

    private volatile EnginePhase _phase;
    private volatile CanoEngine? _engine;
    private volatile RunningScheduler? _scheduler;

    public EnginePhase Phase
    {
        get => _phase;
        set => _phase = value;
    }

    /// <summary>The engine; one that is disposed of when the host has stopped.</summary>
    /// <exception cref="InvalidOperationException">The host has not started.</exception>
    public CanoEngine Engine
    {
        get =>
            _engine
            ?? throw new InvalidOperationException(
                $"The host opens its CanoEngine when it starts, and has not started yet: {When}."
            );
        set => _engine = value;
    }

    /// <summary>The schedules; null when there are none, or none yet.</summary>
    public RunningScheduler? Schedules
    {
        get => _scheduler;
        set => _scheduler = value;
    }

    /// <summary>The schedules at work.</summary>
    /// <exception cref="InvalidOperationException">The host has not started them.</exception>
    public RunningScheduler RunningSchedules =>
        _scheduler
        ?? throw new InvalidOperationException(
            $"The host starts its schedules when all else has started, and has not come there yet: {When}."
        );
}
