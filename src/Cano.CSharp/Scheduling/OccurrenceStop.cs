using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Scope;

namespace Cano.CSharp.Scheduling;

/// <summary>How the run of an occurrence hears that it is to stop. One with rows is cancelled for good, or
/// rests; of one without nothing is left to go on with, and what it completed is undone.</summary>
internal sealed class OccurrenceStop : IDisposable
{
    private readonly FlowOccurrence _occurrence;
    private readonly RunOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenRegistration _ofStop;
    private readonly CancellationTokenRegistration _ofRest;

    public OccurrenceStop(FlowOccurrence occurrence, RunOptions options)
    {
        (_occurrence, _options) = (occurrence, options);
        Control = options.Store is null ? null : new RunControl();
        _ofStop = occurrence.Stop.UnsafeRegister(static it => ((OccurrenceStop)it!).Stop(), this);
        _ofRest = occurrence.Run.Rest.UnsafeRegister(static it => ((OccurrenceStop)it!).Rest(), this);
    }

    /// <summary>Null for a run without rows.</summary>
    public RunControl? Control { get; }

    public CancellationToken Token => _stop.Token;

    // The source is not disposed of: a registration may be at it just now.
    public void Dispose()
    {
        _ofStop.Unregister();
        _ofRest.Unregister();
    }

    private void Stop()
    {
        if (Control is not null && _occurrence.Run.Cancelled.IsCancellationRequested)
            Control.Cancel(new CancelRequest(null, _options.Now()));
        else
            _stop.Cancel();
    }

    private void Rest()
    {
        if (Control is null)
            _stop.Cancel();
        else
            Control.Suspend(_options.StopGrace);
    }
}
