using System.Runtime.CompilerServices;
using Cano.Testing;

namespace Cano.Integration.Scheduling;

/// <summary>A store that lists one more run than the one beneath it.</summary>
internal sealed class ListingStore(ICheckpointStore inner, RunSummary extra)
    : DelegatingCheckpointStore(inner)
{
    public override async IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        yield return extra;
        await foreach (var run in Inner.ListRunsAsync(filter, cancellationToken))
            yield return run;
    }

    public override ValueTask DisposeAsync() => default;
}
