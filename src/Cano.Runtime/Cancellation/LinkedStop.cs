using Cano.Runtime.Scope;

namespace Cano.Runtime.Cancellation;

/// <summary>What its parent's stop stops too, until it is disposed of.</summary>
internal sealed class LinkedStop : StopSource, IDisposable
{
    private readonly StopTokens _parent;
    private readonly CancellationTokenRegistration _ofBodies;
    private CancellationTokenRegistration _ofWatch;

    public LinkedStop(StopTokens parent, RunOptions options)
        : base(options)
    {
        _parent = parent;
        _ofBodies = parent.Bodies.UnsafeRegister(static it => ((LinkedStop)it!).TellBodies(), this);
    }

    public override bool IsSignalled => base.IsSignalled || _parent.AreSignalled;

    /// <summary>The parent's stop is this one's no more. Nothing is waited for: a callback may block in
    /// it.</summary>
    public void Dispose()
    {
        _ofBodies.Unregister();
        _ofWatch.Unregister();
    }

    protected override void WatchParent() =>
        _ofWatch = _parent.Watch.UnsafeRegister(static it => ((LinkedStop)it!).TellEngine(), this);
}
