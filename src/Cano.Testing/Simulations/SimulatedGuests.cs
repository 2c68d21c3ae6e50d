using Cano.Runtime.Scope;
using Microsoft.Extensions.Logging;

namespace Cano.Testing.Simulations;

/// <summary>What a user gives to a workflow throws in some seeds, whenever it is called. That must change
/// nothing, so it is drawn apart from everything else: a seed is the same without it.</summary>
internal sealed class SimulatedGuests
{
    private readonly Random _random;
    private readonly SimulatedWorld _world;
    private readonly bool _loggerThrows;
    private readonly bool _observerThrows;
    private readonly bool _exceptionsThrow;

    public SimulatedGuests(SimulatedWorld world)
    {
        _world = world;
        _random = world.Stream(-1);
        _loggerThrows = Draw(SimulationFaults.LoggerThrows, "the logger throws");
        _observerThrows = Draw(SimulationFaults.ObserverThrows, "an observer throws");
        _exceptionsThrow = Draw(SimulationFaults.ExceptionThrows, "exceptions throw when they are read");
    }

    /// <summary>The options with what throws.</summary>
    public RunOptions AddTo(RunOptions options) =>
        options with
        {
            Logger = _loggerThrows ? new ThrowingLogger() : options.Logger,
            Observers = _observerThrows
                ? options.Observers.Insert(0, new ThrowingObserver())
                : options.Observers,
        };

    /// <summary>What something simulated fails with.</summary>
    public Exception Failure(string what) =>
        _exceptionsThrow ? new ThrowingException() : new IOException($"simulated: {what}");

    private bool Draw(SimulationFaults fault, string what)
    {
        var strikes = _random.Next(4) == 0 && _world.Options.Faults.HasFlag(fault);
        if (strikes)
            _world.Tell(what, fault: fault);
        return strikes;
    }

    private static NotSupportedException Refusal() => new("simulated: what a user gave throws");

    private sealed class ThrowingException : IOException
    {
        public override string Message => throw Refusal();

        public override string ToString() => throw Refusal();
    }

    private sealed class ThrowingLogger : ILogger
    {
        public IDisposable? BeginScope<TScope>(TScope state)
            where TScope : notnull => throw Refusal();

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TEntry>(
            LogLevel logLevel,
            EventId eventId,
            TEntry state,
            Exception? exception,
            Func<TEntry, Exception?, string> formatter
        ) => throw Refusal();
    }

    private sealed class ThrowingObserver : IWorkflowObserver
    {
        public void OnStateEnter(RunPoint at) => throw Refusal();

        public void OnTaskStart(RunPoint at) => throw Refusal();

        public void OnTaskSuccess(RunPoint at) => throw Refusal();

        public void OnTaskFailure(RunPoint at, CanoError error) => throw Refusal();

        public void OnRetry(RunPoint at, TimeSpan delay) => throw Refusal();

        public void OnRetry(RunPoint at, TimeSpan delay, CanoError error) => throw Refusal();

        public void OnProgress(RunPoint at, RunProgress progress) => throw Refusal();

        public void OnBranchNotNeeded(RunPoint at) => throw Refusal();

        public void OnRunStart(RunPoint at) => throw Refusal();

        public void OnRunEnd(RunPoint at, RunEnd end) => throw Refusal();

        public void OnWaiting(RunPoint at, RunWait wait) => throw Refusal();

        public void OnSignal(RunPoint at, string signal) => throw Refusal();

        public void OnChildStart(RunPoint at, string childRunId) => throw Refusal();

        public void OnCompensationStart(RunPoint at) => throw Refusal();

        public void OnCompensationSuccess(RunPoint at) => throw Refusal();

        public void OnCompensationFailure(RunPoint at, CanoError error) => throw Refusal();

        public void OnCircuitOpen(RunPoint at) => throw Refusal();

        public void OnCheckpoint(RunPoint at, long sequence) => throw Refusal();

        public void OnResume(RunPoint at, long sequence) => throw Refusal();

        public void OnWorkflowTimeout(RunPoint at, TimeSpan elapsed, TimeSpan limit) => throw Refusal();

        public void OnCancelled(RunPoint at) => throw Refusal();

        public void OnSuspended(RunPoint at) => throw Refusal();

        public void OnCheckpointClearFailed(RunPoint at, CanoError error) => throw Refusal();

        public void OnUnknownResumeState(RunPoint at, long sequence) => throw Refusal();
    }
}
