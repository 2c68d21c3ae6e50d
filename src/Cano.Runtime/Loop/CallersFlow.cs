namespace Cano.Runtime.Loop;

/// <summary>What flows with its caller, as it was before a call: an async method gives it back, and so does
/// what takes the place of one.</summary>
internal readonly struct CallersFlow
{
    private readonly ExecutionContext? _flow;
    private readonly SynchronizationContext? _turns;

    private CallersFlow(ExecutionContext? flow, SynchronizationContext? turns) =>
        (_flow, _turns) = (flow, turns);

    /// <summary>Whether it can be given back: not while its flow is suppressed.</summary>
    public bool IsKnown => _flow is not null;

    public static CallersFlow Now() => new(ExecutionContext.Capture(), SynchronizationContext.Current);

    /// <summary>Nothing that was set since flows on.</summary>
    public void GiveBack()
    {
        if (ExecutionContext.Capture() != _flow)
            ExecutionContext.Restore(_flow!);
        if (SynchronizationContext.Current != _turns)
            SynchronizationContext.SetSynchronizationContext(_turns);
    }
}
