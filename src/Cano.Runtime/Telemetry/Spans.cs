using System.Diagnostics;

namespace Cano.Runtime.Telemetry;

/// <summary>The one source of spans, and what they are called.</summary>
internal static class Spans
{
    public const string Run = "run";
    public const string State = "state";
    public const string Attempt = "attempt";
    public const string Branch = "branch";
    public const string Compensation = "compensation";
    public const string Wait = "wait";

    private static readonly ActivitySource s_source = new(
        CanoTelemetry.ActivitySourceName,
        typeof(Spans).Assembly.GetName().Version?.ToString(3)
    );

    /// <summary>Whether somebody listens.</summary>
    public static bool AreHeard => s_source.HasListeners();

    /// <summary>The trace of whoever calls, as a row keeps it; null when there is none, or one of another
    /// form.</summary>
    public static RunTrace? Caller => Activity.Current is { } current ? Told(current) : null;

    /// <summary>A span as a row keeps it; null when it is of another form than W3C's.</summary>
    public static RunTrace? Told(Activity span) =>
        span is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
            ? new RunTrace(id, span.TraceStateString)
            : null;

    /// <summary>The span that a row tells of, or none when it cannot be read.</summary>
    public static ActivityContext Read(RunTrace? told) =>
        told is not null && ActivityContext.TryParse(told.Parent, told.State, out var context)
            ? context
            : default;

    /// <summary>A span that is yet to be started; null when nobody wants it.</summary>
    /// <param name="name">Of few values.</param>
    /// <param name="parent">The span that it is a part of. Without one it is the root of a trace.</param>
    /// <param name="tags">What it is known by, also to those who choose whether they want it.</param>
    /// <param name="links">Spans that it follows.</param>
    public static Activity? Make(
        string name,
        ActivityContext parent,
        in TagList tags,
        IEnumerable<ActivityLink>? links = null
    )
    {
        using (Apart.Begin())
            return s_source.CreateActivity(name, ActivityKind.Internal, parent, tags, links);
    }

    /// <summary>Starts a span, which is nobody's current one for that.</summary>
    public static void Start(Activity span)
    {
        using (Apart.Begin())
            span.Start();
    }

    /// <summary>Ends a span.</summary>
    public static void Stop(Activity span)
    {
        using (Apart.Begin())
            span.Stop();
    }

    /// <summary>Until it is disposed of there is no current span, and then the same one as before.</summary>
    private readonly struct Apart : IDisposable
    {
        private readonly Activity? _before;

        private Apart(Activity? before) => _before = before;

        public static Apart Begin()
        {
            var apart = new Apart(Activity.Current);
            Activity.Current = null;
            return apart;
        }

        public void Dispose() => Activity.Current = _before;
    }
}
