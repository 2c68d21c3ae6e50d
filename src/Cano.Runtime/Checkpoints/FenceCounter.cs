namespace Cano;

/// <summary>The fences of a store, which rise for ever: a run begins with one that is higher than all before
/// it, of whatever run, forgotten ones included. For whoever writes an <see cref="ICheckpointStore"/>; not
/// safe for several threads at once.</summary>
public sealed class FenceCounter
{
    // What a writer makes up does not use the others' up.
    private const long GivenMax = long.MaxValue / 2;

    /// <summary>The newest fence given or learned; 0 at first. Durable with whatever makes a store forget a
    /// run.</summary>
    public long Newest { get; private set; }

    /// <summary>Takes in a fence that the store finds among its rows, or that a writer came with.</summary>
    public void Learn(long fence)
    {
        if (fence <= GivenMax)
            Newest = Math.Max(Newest, fence);
    }

    /// <summary>A fence for a fresh run.</summary>
    public long Next() => ++Newest;

    /// <summary>A fence for a claim: the next of the run's own.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="newest">The newest that it was claimed or written with; null where that is not known, as
    /// of a run of which nothing is there. It may have been forgotten, and its late writers not: its fence is
    /// above all that were given.</param>
    /// <exception cref="CanoException">`checkpoint_store`: there is none higher.</exception>
    public long Above(string runId, long? newest)
    {
        var fence = newest ?? Math.Max(Newest, AppendRule.FirstFence);
        if (fence == long.MaxValue)
            throw new CanoException(
                CanoError.Of(
                    Fault.NewCheckpointStore(
                        $"run_id={runId} was written under the highest fence there is: clear the run"
                    )
                )
            );
        Learn(fence + 1);
        return fence + 1;
    }
}
