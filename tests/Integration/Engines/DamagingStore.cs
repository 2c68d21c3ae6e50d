using System.Runtime.CompilerServices;
using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>A store that has a run whose rows cannot be read.</summary>
internal sealed class DamagingStore(ICheckpointStore inner, string id) : DelegatingCheckpointStore(inner)
{
    public override async IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await foreach (var run in base.ListRunsAsync(filter, cancellationToken))
            yield return run;
        yield return new RunSummary(id, RunStatus.Damaged, null, null, -1, 0, "row 3 cannot be read");
    }
}
