using Cano.Kernel;

namespace Cano.CSharp.Scheduling;

/// <summary>Takes the effects of one decision apart, so that each is done where it may be: timers under the
/// flow's gate, users' code outside it.</summary>
/// <param name="underWay">The run under way before the decision.</param>
internal sealed class FlowCommands(FlowRun? underWay) : IFlowHandler
{
    public FlowRun? UnderWay => underWay;

    /// <summary>The run that begins.</summary>
    public FlowRun? Started { get; private set; }

    /// <summary>The run that is cancelled.</summary>
    public FlowRun? Cancelled { get; private set; }

    /// <summary>The run that is told to rest.</summary>
    public FlowRun? Suspended { get; private set; }

    /// <summary>The timer that takes the place of the one before; without a span there is none any
    /// more.</summary>
    public (long Timer, TimeSpan? Span)? Alarm { get; private set; }

    public List<(DateTimeOffset Occurrence, SkipReason Reason)> Skipped { get; } = [];

    public string? Refusal { get; private set; }

    public bool IsEnd { get; private set; }

    void IFlowHandler.Sleep(long timer, TimeSpan span) => Alarm = (timer, span);

    void IFlowHandler.Rest() => Alarm = (0, null);

    void IFlowHandler.Start(DateTimeOffset occurrence, bool isAsked) =>
        Started = new FlowRun(occurrence, isAsked);

    void IFlowHandler.Cancel() => Cancelled = underWay;

    void IFlowHandler.Suspend() => Suspended = underWay;

    void IFlowHandler.Skip(DateTimeOffset occurrence, SkipReason reason) => Skipped.Add((occurrence, reason));

    void IFlowHandler.Refuse(string reason) => Refusal = reason;

    void IFlowHandler.End() => IsEnd = true;
}
