using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Telemetry;

/// <summary>Writes what is told of a run within its innermost span, so that a line has its trace.</summary>
/// <param name="inner">A logger that does not throw.</param>
/// <param name="tracer">The run's spans.</param>
internal sealed class SpanLogger(ILogger inner, RunTracer tracer) : ILogger
{
    public IDisposable? BeginScope<TScope>(TScope state)
        where TScope : notnull => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TEntry>(
        LogLevel logLevel,
        EventId eventId,
        TEntry state,
        Exception? exception,
        Func<TEntry, Exception?, string> formatter
    )
    {
        var before = Activity.Current;
        tracer.Flow();
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        finally
        {
            Activity.Current = before;
        }
    }
}
