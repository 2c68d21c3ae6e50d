using Cano.Kernel;

namespace Cano.Runtime.Observation;

/// <summary>What a run waits for.</summary>
internal static class WaitedFor
{
    /// <summary>In a state of a plan, when a wait has begun there: a retry's delay has but its
    /// time.</summary>
    public static RunWait In(Plan plan, string? state, Suspension wait) =>
        wait.FailedAttempt > 0 ? new(wait.Due, [], null) : In(plan, state, wait.Due);

    /// <summary>In a state of a plan, by its time or its signals.</summary>
    public static RunWait In(Plan plan, string? state, DateTimeOffset? until)
    {
        var waits = plan
            .Definition.States.Where(known => known.Name == state)
            .Select(known => known.Step)
            .OfType<StepKind.Wait>();
        return new(
            until,
            [.. waits.SelectMany(wait => wait.Wait.Signals).Select(signal => signal.Name)],
            null
        );
    }
}
