using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Runtime.Errors;

/// <summary>A user's logger as everybody calls it who belongs to a run: whatever it throws changes
/// nothing.</summary>
/// <remarks>What work throws is never dropped. Here it is: a logger is where it would be told.</remarks>
internal sealed class GuardedLogger : ILogger
{
    private readonly ILogger _given;

    private GuardedLogger(ILogger given) => _given = given;

    /// <summary>The logger with its guard.</summary>
    public static ILogger Around(ILogger given) =>
        given is GuardedLogger or NullLogger ? given : new GuardedLogger(given);

    public IDisposable? BeginScope<TScope>(TScope state)
        where TScope : notnull
    {
        try
        {
            return _given.BeginScope(state) is { } scope ? new GuardedScope(scope) : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return _given.IsEnabled(logLevel);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public void Log<TEntry>(
        LogLevel logLevel,
        EventId eventId,
        TEntry state,
        Exception? exception,
        Func<TEntry, Exception?, string> formatter
    )
    {
        try
        {
            _given.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception)
        {
            // There is nobody else to tell.
        }
    }

    private sealed class GuardedScope(IDisposable given) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                given.Dispose();
            }
            catch (Exception)
            {
                // As above.
            }
        }
    }
}
