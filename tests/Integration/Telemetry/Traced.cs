using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Cano.Integration.Telemetry;

/// <summary>Listens to the spans of the engine, as OpenTelemetry does.</summary>
internal sealed class Traced : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _begun = new();
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly SemaphoreSlim _ends = new(0);

    public Traced()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == CanoTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
                ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _begun.Enqueue,
            ActivityStopped = Ends,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Those that have begun, in order.</summary>
    public IReadOnlyList<Activity> Begun => [.. _begun];

    /// <summary>Those that have ended, in order.</summary>
    public IReadOnlyList<Activity> Ended => [.. _ended];

    /// <summary>Those that are open still.</summary>
    public IEnumerable<Activity> Open => Begun.Except(Ended);

    /// <summary>Completes when none is open.</summary>
    public async Task WhenClosedAsync()
    {
        while (Open.Any())
            await _ends.WaitAsync();
    }

    /// <summary>The spans of a kind, in the order in which they began.</summary>
    public IReadOnlyList<Activity> Of(string kind) => [.. Begun.Where(span => KindOf(span) == kind)];

    /// <summary>The spans that are parts of one, in the order in which they began.</summary>
    public IReadOnlyList<Activity> In(Activity whole) =>
        [.. Begun.Where(span => span.ParentSpanId == whole.SpanId && span.TraceId == whole.TraceId)];

    /// <summary>A span and its parts, and theirs: "run orders(state Start(attempt Start))".</summary>
    public string TreeOf(Activity span)
    {
        var parts = In(span);
        return parts.Count == 0
            ? span.OperationName
            : $"{span.OperationName}({string.Join(", ", parts.Select(TreeOf))})";
    }

    /// <summary>The tree of the one run.</summary>
    public string Tree => TreeOf(Of("run").Single());

    public void Dispose()
    {
        _listener.Dispose();
        _ends.Dispose();
    }

    private void Ends(Activity span)
    {
        _ended.Enqueue(span);
        _ends.Release();
    }

    public static string KindOf(Activity span) => span.OperationName.Split(' ')[0];
}

internal static class SpanTags
{
    /// <summary>What a span is tagged with; null when it has no such tag.</summary>
    public static string? Of(this Activity span, string tag) =>
        Convert.ToString(span.GetTagItem(tag), CultureInfo.InvariantCulture) is { Length: > 0 } told
            ? told
            : null;

    /// <summary>What a span is linked to by a name; null when it is not.</summary>
    public static ActivityContext? LinkTo(this Activity span, string name) =>
        span
            .Links.Where(link =>
                link.Tags!.Any(tag => tag is { Key: "cano.link" } && (string?)tag.Value == name)
            )
            .Select(link => (ActivityContext?)link.Context)
            .SingleOrDefault();
}
