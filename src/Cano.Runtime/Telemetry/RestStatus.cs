namespace Cano.Runtime.Telemetry;

/// <summary>What a run is while it rests, by what it did last.</summary>
internal struct RestStatus
{
    private bool _isWaiting;
    private bool _goesBack;

    public readonly string Tag =>
        Tags.Of(
            _isWaiting ? RunStatus.Waiting
            : _goesBack ? RunStatus.RollingBack
            : RunStatus.Suspended
        );

    public void Waits() => _isWaiting = true;

    public void WaitEnds() => _isWaiting = false;

    public void GoesBack() => _goesBack = true;
}
