using Cano.Kernel;
using Cano.Runtime.Observation;
using Cano.Runtime.Scope;
using Cano.Runtime.Telemetry;
using Cano.Runtime.Time;

namespace Cano.Runtime.Loop;

/// <summary>Who is told of a run.</summary>
internal static class Observing
{
    /// <summary>The workflow's observers, and who measures when somebody listens; null when there is
    /// nobody, as of most runs.</summary>
    public static RunObservation? Of(RunOptions options, Plan plan, string? runId) =>
        options.Observers.Length > 0 || options.Steps is not null || Instruments.AreHeard
            ? Told(options, plan, runId)
            : null;

    private static RunObservation Told(RunOptions options, Plan plan, string? runId)
    {
        var told = Instruments.AreHeard
            ? options.Observers.Add(new RunMeter(plan, GuardedClock.Around(options.Time, options.Logger)))
            : options.Observers;
        return new RunObservation(
            new Observers(told, options.Logger),
            plan,
            observers => new ProgressReports(observers, options),
            runId
        );
    }
}
