using Cano.Kernel;
using Cano.Runtime.Observation;
using Cano.Runtime.Scope;
using Cano.Runtime.Telemetry;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Loop;

/// <summary>Who is told of a run.</summary>
internal static class Observing
{
    /// <summary>The workflow's observers, and who measures when somebody listens; null when there is
    /// nobody, as of most runs.</summary>
    public static RunObservation? Of(RunOptions options, Plan plan, string? runId, RunTracer? tracer) =>
        options.Observers.Length > 0
        || options.Steps is not null
        || tracer is not null
        || IsLogged(options)
        || Instruments.AreHeard
            ? Told(options, plan, runId, tracer)
            : null;

    /// <summary>Who makes the run's spans; null when nobody listens.</summary>
    public static RunTracer? Tracer(Plan plan, in RunBeginning beginning)
    {
        if (!Spans.AreHeard)
            return null;
        var journal = beginning.Equipment?.Journal;
        var starter = beginning.Run.Durable.Start?.Trace;
        return new RunTracer(
            new WorkflowTags(plan),
            new RunOrigin(starter, journal?.Span, journal is null ? null : journal.Trace)
        );
    }

    /// <summary>What stands around the calls of the user's code in a run that somebody follows; null:
    /// nothing of its own does.</summary>
    public static IUserCalls? Calls(RunOptions options, Plan plan, string? runId, RunTracer? tracer)
    {
        var spans = tracer is null ? null : new SpanCalls(tracer, options.Calls);
        if (!IsLogged(options))
            return spans;
        var scope = new LogScope(plan.Definition.Name, runId);
        return new ScopedCalls(scope, options.Logger, spans ?? options.Calls);
    }

    private static bool IsLogged(RunOptions options) =>
        !options.HasNoLogger && options.Logger.IsEnabled(LogLevel.Critical);

    private static RunObservation Told(RunOptions options, Plan plan, string? runId, RunTracer? tracer)
    {
        var told = options.Observers;
        if (Instruments.AreHeard)
            told = told.Add(
                new RunMeter(new WorkflowTags(plan), GuardedClock.Around(options.Time, options.Logger))
            );
        if (IsLogged(options))
            told = told.Add(
                new RunLog(tracer is null ? options.Logger : new SpanLogger(options.Logger, tracer))
            );
        if (tracer is not null)
            told = told.Add(tracer);
        return new RunObservation(
            new Observers(told, options.Logger),
            plan,
            observers => new ProgressReports(observers, options),
            runId
        );
    }
}
