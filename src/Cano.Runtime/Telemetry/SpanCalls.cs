using System.Diagnostics;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Telemetry;

/// <summary>Calls the user's code within the span of what it is called for, and gives that what the code
/// throws.</summary>
/// <param name="tracer">The run's spans.</param>
/// <param name="inner">What else stands around calls; null for nothing.</param>
internal sealed class SpanCalls(RunTracer tracer, IUserCalls? inner) : IUserCalls
{
    public bool AsksKeys => inner is { AsksKeys: true };

    public ValueTask<T> MakeAsync<T>(UserCall call, Func<ValueTask<T>> body, CancellationToken cancel)
    {
        Func<ValueTask<T>> made = inner is null ? body : () => inner.MakeAsync(call, body, cancel);
        return tracer.Of(call) is { } span ? WithinAsync(span, made) : made();
    }

    // An async method gives its caller's current span back, whatever the body makes of its own.
    // Calls that have turns go on in them.
    private async ValueTask<T> WithinAsync<T>(Activity span, Func<ValueTask<T>> body)
    {
        Activity.Current = span;
        try
        {
            return await body().ConfigureAwait(inner is not null);
        }
        catch (Exception thrown) when (Notes(span, thrown))
        {
            throw;
        }
    }

    /// <summary>Never true: the exception is as if nobody had looked. A listener that throws in a filter is
    /// not heard of.</summary>
    private static bool Notes(Activity span, Exception thrown)
    {
        if (span is { IsAllDataRequested: true, IsStopped: false })
            span.AddException(thrown);
        return false;
    }
}
