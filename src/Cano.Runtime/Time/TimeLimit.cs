using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Runtime.Time;

/// <summary>A token that is signalled after a span of any length.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _passed = new();
    private readonly ILogger _logger;
    private readonly Alarm? _alarm;

    /// <param name="span">How long; over at once when it is none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears what callbacks on the token throw; null when no body gets the
    /// token.</param>
    public TimeLimit(TimeSpan span, TimeProvider time, ILogger? logger = null)
    {
        _logger = logger ?? NullLogger.Instance;
        // No time at all is over at once, not when a timer comes round to it.
        if (span <= TimeSpan.Zero)
            _passed.Cancel();
        else
            _alarm = new Alarm(span, time, static limit => ((TimeLimit)limit!).Pass(), this);
    }

    public CancellationToken Token => _passed.Token;

    public bool HasPassed => _passed.IsCancellationRequested;

    // The source stays usable: a timer that is firing right now may still signal it.
    public void Dispose() => _alarm?.Dispose();

    private void Pass() => _passed.CancelSafely(_logger);
}
