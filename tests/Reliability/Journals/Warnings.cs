using Microsoft.Extensions.Logging;

namespace Cano.Reliability.Journals;

/// <summary>What a journal tells its log of, with its cause.</summary>
internal sealed class Warnings : ILogger
{
    private readonly Lock _gate = new();
    private readonly List<string> _told = [];

    public IReadOnlyList<string> Told
    {
        get
        {
            lock (_gate)
                return [.. _told];
        }
    }

    public void Forget()
    {
        lock (_gate)
            _told.Clear();
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (logLevel < LogLevel.Warning)
            return;
        lock (_gate)
            _told.Add($"{formatter(state, exception)} ({exception?.Message})");
    }
}
