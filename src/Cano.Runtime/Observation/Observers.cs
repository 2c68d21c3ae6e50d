using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Observation;

/// <summary>Calls every observer, in the order of registration; one that throws is logged and stops no
/// other.</summary>
internal sealed partial class Observers(IReadOnlyList<IWorkflowObserver> all, ILogger logger)
{
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Observer {Observer} threw; the run goes on")]
    private static partial void LogThrown(ILogger logger, string observer, Exception exception);
}
