using Microsoft.Extensions.Logging;

namespace Cano.Integration;

/// <summary>Gives one logger to all who ask.</summary>
internal sealed class OneLogger(ILogger logger) : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider) { }

    public ILogger CreateLogger(string categoryName) => logger;

    public void Dispose() { }
}
