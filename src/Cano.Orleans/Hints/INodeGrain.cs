using Orleans;
using Orleans.Concurrency;

namespace Cano.Orleans.Hints;

/// <summary>What stands for a silo, whose address is the key: hints for its process go in there.</summary>
[Alias("cano.node")]
internal interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Nobody waits for it, and nobody hears when it is lost.</summary>
    [Alias("hint"), OneWay, AlwaysInterleave]
    ValueTask HintAsync(byte kind, string runId, long node);
}
