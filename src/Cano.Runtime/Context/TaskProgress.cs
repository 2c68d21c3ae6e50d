using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Context;

/// <summary>Hands a body's progress to the workflow's logger.</summary>
internal sealed partial class TaskProgress(ILogger logger, string state) : IProgress<double>
{
    public void Report(double value) => LogProgress(logger, state, Math.Clamp(value, 0, 1));

    [LoggerMessage(206, LogLevel.Debug, "State {State} is at {Progress:P0}")]
    private static partial void LogProgress(ILogger logger, string state, double progress);
}
