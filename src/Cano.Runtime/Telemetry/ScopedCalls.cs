using Cano.Runtime.Scope;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Telemetry;

/// <summary>Calls the user's code within a scope of the log that says of which run and state it is.</summary>
/// <param name="of">The workflow and the run.</param>
/// <param name="logger">A logger that does not throw.</param>
/// <param name="inner">What else stands around calls; null for nothing.</param>
internal sealed class ScopedCalls(LogScope of, ILogger logger, IUserCalls? inner) : IUserCalls
{
    public bool AsksKeys => inner is { AsksKeys: true };

    public async ValueTask<T> MakeAsync<T>(UserCall call, Func<ValueTask<T>> body, CancellationToken cancel)
    {
        using (logger.BeginScope(of.In(call.State)))
            return await (inner is null ? body() : inner.MakeAsync(call, body, cancel)).ConfigureAwait(
                inner is not null
            );
    }
}
