using Cano.Runtime.Errors;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Provision;

/// <summary>Sets resources up in order and tears them down in reverse.</summary>
internal sealed partial class ResourceUse(Resources resources, ILogger logger)
{
    /// <summary>Sets every resource up. When one fails, those before it are torn down and its error is
    /// thrown.</summary>
    public async Task SetupAsync(CancellationToken cancellationToken)
    {
        var ready = new Stack<(string Key, IResource Resource)>();
        foreach (var (key, resource) in resources.Managed())
        {
            try
            {
                await resource.SetupAsync(cancellationToken).ConfigureAwait(false);
                ready.Push((key, resource));
            }
            catch (Exception thrown)
            {
                await TeardownAsync(ready).ConfigureAwait(false);
                throw thrown as CanoException ?? Failure(key, thrown, cancellationToken);
            }
        }
    }

    /// <summary>Tears every resource down; what one throws is logged and stops no other.</summary>
    public Task TeardownAsync() => TeardownAsync(resources.Managed().Reverse());

    private async Task TeardownAsync(IEnumerable<(string Key, IResource Resource)> newestFirst)
    {
        foreach (var (key, resource) in newestFirst)
        {
            try
            {
                await resource.TeardownAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception thrown)
            {
                LogTeardown(logger, key, thrown);
            }
        }
    }

    private static CanoException Failure(string key, Exception thrown, CancellationToken cancel)
    {
        var text = $"Resource '{key}' could not be set up: {UserText.Of(thrown)}";
        var cancelled = thrown is OperationCanceledException && cancel.IsCancellationRequested;
        return new CanoException(CanoError.Of(cancelled ? Fault.Cancelled : Fault.NewGeneric(text)), thrown);
    }

    [LoggerMessage(205, LogLevel.Error, "Resource {Key} failed in its teardown")]
    private static partial void LogTeardown(ILogger logger, string key, Exception exception);
}
