using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Observation;

/// <summary>Calls every observer, in the order of registration; one that throws is logged and stops no
/// other.</summary>
internal sealed partial class Observers(IReadOnlyList<IWorkflowObserver> all, ILogger logger)
{
    /// <summary>Whether any of them hears more than observers do.</summary>
    public bool HasListeners { get; } = all.Any(observer => observer is IRunListener);

    public void Tell(Action<IWorkflowObserver> hook)
    {
        foreach (var observer in all)
        {
            try
            {
                hook(observer);
            }
            catch (Exception thrown)
            {
                LogThrown(logger, observer.GetType().Name, thrown);
            }
        }
    }

    /// <summary>As <see cref="Tell"/>, of those that hear more than observers do.</summary>
    public void TellListeners(Action<IRunListener> hook) =>
        Tell(observer =>
        {
            if (observer is IRunListener listener)
                hook(listener);
        });

    [LoggerMessage(200, LogLevel.Warning, "Observer {Observer} threw; the run goes on")]
    private static partial void LogThrown(ILogger logger, string observer, Exception exception);
}
