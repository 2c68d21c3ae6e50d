using System.Diagnostics;
using Cano.Runtime.Observation;
using Cano.Runtime.Telemetry;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Scheduling;

/// <summary>Measures an occurrence of a flow.</summary>
/// <param name="flow">The flow's id.</param>
/// <param name="time">The scheduler's clock.</param>
/// <param name="logger">Told when a listener throws.</param>
internal sealed class FlowMeter(string flow, TimeProvider time, ILogger logger)
{
    private readonly long _begun = time.GetTimestamp();

    /// <summary>An occurrence begins; null when nobody listens.</summary>
    public static FlowMeter? Begin(string flow, FlowRun run, TimeProvider time, ILogger logger)
    {
        if (!FlowInstruments.AreHeard)
            return null;
        var meter = new FlowMeter(flow, time, logger);
        var lag = time.GetUtcNow() - run.Occurrence;
        meter.Measure(() => FlowInstruments.Active.Add(1, meter.Tagged()));
        // One that somebody asks for is never late; nor is one whose clock was set back.
        if (!run.IsAsked)
            meter.Measure(() => FlowInstruments.Lag.Record(Math.Max(0, lag.TotalSeconds), meter.Tagged()));
        return meter;
    }

    /// <summary>It is over, or rests.</summary>
    /// <param name="error">Why it did not end well; null when it did.</param>
    /// <param name="isPassedOver">Whether it was over before.</param>
    /// <param name="then">What its flow does then.</param>
    public void Ended(CanoError? error, bool isPassedOver, FlowStatus then)
    {
        var took = time.GetElapsedTime(_begun).TotalSeconds;
        Measure(() => FlowInstruments.Active.Add(-1, Tagged()));
        if (isPassedOver)
            return;
        var tags = Tagged();
        tags.Add(Tags.Outcome, Tags.Of(error is null ? BranchEnd.Succeeded : BranchEnd.Failed));
        if (error is not null)
            tags.Add(Tags.Error, error.Category);
        Measure(() => FlowInstruments.Duration.Record(took, tags));
        Measure(() => FlowInstruments.Runs.Add(1, tags));
        if (error is not null && then == FlowStatus.Backoff)
            Measure(() => FlowInstruments.Backoffs.Add(1, Tagged()));
        if (error is not null && then == FlowStatus.Tripped)
            Measure(() => FlowInstruments.Trips.Add(1, Tagged()));
    }

    private void Measure(Action measure) => Measuring.Safely(logger, measure);

    private TagList Tagged() => new() { { Tags.Flow, flow } };
}
