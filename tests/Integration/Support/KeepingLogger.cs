using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Cano.Integration;

/// <summary>Keeps what the engine logs, but for what observers are told of a run.</summary>
internal sealed class KeepingLogger : ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = [];

    public IEnumerable<string> Warnings =>
        _entries.Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Text);

    public IEnumerable<string> Errors =>
        _entries.Where(entry => entry.Level == LogLevel.Error).Select(entry => entry.Text);

    public IEnumerable<string> Informations =>
        _entries.Where(entry => entry.Level == LogLevel.Information).Select(entry => entry.Text);

    public IEnumerable<string> Details =>
        _entries.Where(entry => entry.Level == LogLevel.Debug).Select(entry => entry.Text);

    public IDisposable? BeginScope<TScope>(TScope state)
        where TScope : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TEntry>(
        LogLevel logLevel,
        EventId eventId,
        TEntry state,
        Exception? exception,
        Func<TEntry, Exception?, string> formatter
    )
    {
        if (eventId.Id is < 100 or >= 200)
            _entries.Enqueue((logLevel, formatter(state, exception)));
    }
}
