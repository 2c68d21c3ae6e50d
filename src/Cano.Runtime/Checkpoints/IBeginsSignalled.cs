namespace Cano.Runtime.Checkpoints;

/// <summary>A store that begins a run and puts a signal into its inbox in one step.</summary>
internal interface IBeginsSignalled
{
    /// <summary>Whether it can.</summary>
    bool CanBeginSignalled { get; }

    /// <summary>As <see cref="ICheckpointStore.BeginAsync"/>, with the signal as the inbox's first
    /// entry.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="first">Its first row.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="lease">The node whose run it is; null where it is none's.</param>
    ValueTask<long> BeginAsync(string runId, CheckpointRow first, InboxItem signal, NodeLease? lease);
}
