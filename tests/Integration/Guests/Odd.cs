using Microsoft.Extensions.Logging;

namespace Cano.Integration.Guests;

/// <summary>An exception that throws whatever is asked of it.</summary>
internal sealed class OddException : Exception
{
    public override string Message => throw new NotSupportedException("Message");

    public override string? StackTrace => throw new NotSupportedException("StackTrace");

    public override System.Collections.IDictionary Data => throw new NotSupportedException("Data");

    public override string ToString() => throw new NotSupportedException("ToString");

    public override bool Equals(object? obj) => throw new NotSupportedException("Equals");

    public override int GetHashCode() => throw new NotSupportedException("GetHashCode");

    public override Exception GetBaseException() => throw new NotSupportedException("GetBaseException");
}

/// <summary>An exception with nothing to say, or with too much.</summary>
internal sealed class TellingException(string? text) : Exception
{
    public override string Message => text!;
}

/// <summary>A logger that throws whatever is asked of it, as one that was disposed of does.</summary>
internal sealed class OddLogger : ILogger
{
    public IDisposable? BeginScope<TScope>(TScope state)
        where TScope : notnull => throw new ObjectDisposedException(nameof(OddLogger));

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TEntry>(
        LogLevel logLevel,
        EventId eventId,
        TEntry state,
        Exception? exception,
        Func<TEntry, Exception?, string> formatter
    ) => throw new ObjectDisposedException(nameof(OddLogger));
}

/// <summary>A logger that throws when it is asked whether it listens.</summary>
internal sealed class DeafLogger : ILogger
{
    public IDisposable? BeginScope<TScope>(TScope state)
        where TScope : notnull => new Scope();

    public bool IsEnabled(LogLevel logLevel) => throw new ObjectDisposedException(nameof(DeafLogger));

    public void Log<TEntry>(
        LogLevel logLevel,
        EventId eventId,
        TEntry state,
        Exception? exception,
        Func<TEntry, Exception?, string> formatter
    ) => throw new ObjectDisposedException(nameof(DeafLogger));

    private sealed class Scope : IDisposable
    {
        public void Dispose() => throw new ObjectDisposedException(nameof(DeafLogger));
    }
}

/// <summary>An observer that throws in every hook.</summary>
internal sealed class OddObserver : IWorkflowObserver
{
    public void OnStateEnter(RunPoint at) => throw new OddException();

    public void OnTaskStart(RunPoint at) => throw new OddException();

    public void OnTaskSuccess(RunPoint at) => throw new OddException();

    public void OnTaskFailure(RunPoint at, CanoError error) => throw new OddException();

    public void OnRetry(RunPoint at, TimeSpan delay) => throw new OddException();

    public void OnProgress(RunPoint at, RunProgress progress) => throw new OddException();

    public void OnBranchNotNeeded(RunPoint at) => throw new OddException();

    public void OnCircuitOpen(RunPoint at) => throw new OddException();

    public void OnCheckpoint(RunPoint at, long sequence) => throw new OddException();

    public void OnResume(RunPoint at, long sequence) => throw new OddException();

    public void OnWorkflowTimeout(RunPoint at, TimeSpan elapsed, TimeSpan limit) => throw new OddException();

    public void OnCancelled(RunPoint at) => throw new OddException();

    public void OnSuspended(RunPoint at) => throw new OddException();

    public void OnCheckpointClearFailed(RunPoint at, CanoError error) => throw new OddException();

    public void OnUnknownResumeState(RunPoint at, long sequence) => throw new OddException();
}
