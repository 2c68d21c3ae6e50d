using Cano.Runtime.Checkpoints;
using Orleans;

namespace Cano.Orleans.Hints;

/// <summary>Hands hints to the store of the process that it is in, whichever that is.</summary>
[NodePlacement]
internal sealed class NodeGrain(IHintedStore store) : Grain, INodeGrain
{
    public ValueTask HintAsync(byte kind, string runId, long node)
    {
        store.Hear(new((HintKind)kind, runId, node));
        return default;
    }
}
