using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Telemetry;

/// <summary>Measuring where no observer is guarded: whoever listens may throw.</summary>
internal static partial class Measuring
{
    /// <summary>Measures, and logs what a listener throws.</summary>
    public static void Safely(ILogger logger, Action measure)
    {
        try
        {
            measure();
        }
        catch (Exception thrown)
        {
            LogThrown(logger, thrown);
        }
    }

    [LoggerMessage(214, LogLevel.Warning, "A listener to measurements threw; what is measured goes on")]
    private static partial void LogThrown(ILogger logger, Exception exception);
}
