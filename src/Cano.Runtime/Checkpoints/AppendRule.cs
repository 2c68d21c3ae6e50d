namespace Cano;

/// <summary>What every store asks of an append: the next sequence, under a fence that is not outdated. For
/// whoever writes an <see cref="ICheckpointStore"/>.</summary>
public static class AppendRule
{
    /// <summary>The fence of a run that nobody has claimed.</summary>
    public const long FirstFence = 1;

    /// <summary>Whether a run that expects these takes the row.</summary>
    /// <param name="sequence">The row's.</param>
    /// <param name="fence">What the append came with.</param>
    /// <param name="nextSequence">The run's last sequence + 1; 0 for an unknown run.</param>
    /// <param name="newestFence">The newest fence claimed or used; <see cref="FirstFence"/> for a run nobody
    /// has claimed.</param>
    public static bool Admits(long sequence, long fence, long nextSequence, long newestFence) =>
        sequence == nextSequence && fence >= newestFence;

    /// <summary>Why a run is not begun with a row; null when it is: nothing of its id is there, not even a
    /// claim, and it is row 0, or a snapshot, which says all that the rows before it said.</summary>
    /// <param name="id">The run.</param>
    /// <param name="first">The row.</param>
    /// <param name="nextSequence">The run's last sequence + 1; 0 for an unknown run.</param>
    /// <param name="newestFence">The newest fence claimed or used; <see cref="FirstFence"/> for a run nobody
    /// has claimed.</param>
    public static CanoException? BeginRefusal(
        string id,
        CheckpointRow first,
        long nextSequence,
        long newestFence
    )
    {
        ArgumentNullException.ThrowIfNull(first);
        var sequence = first.Kind == RowKind.Snapshot && nextSequence == 0 ? 0 : first.Sequence;
        // Whose rows are there need not hear of fences.
        var fence = nextSequence > 0 ? newestFence : FirstFence;
        return Admits(sequence, fence, nextSequence, newestFence)
            ? null
            : Conflict(id, first.Sequence, fence, nextSequence, newestFence);
    }

    /// <summary>The refusal of a row that <see cref="Admits"/> turns down, in words that say what to
    /// do.</summary>
    /// <param name="id">The run.</param>
    /// <param name="sequence">The row's.</param>
    /// <param name="fence">What the append came with.</param>
    /// <param name="nextSequence">The run's last sequence + 1.</param>
    /// <param name="newestFence">The newest fence claimed or used.</param>
    public static CanoException Conflict(
        string id,
        long sequence,
        long fence,
        long nextSequence,
        long newestFence
    )
    {
        var row = $"conflict: run_id={id} sequence={sequence}";
        if (fence < newestFence)
            return new ConflictException(
                id,
                $"{row} came with fence {fence}; the run was claimed with fence {newestFence}"
            );

        var why = sequence < nextSequence ? "is there already" : "would leave a gap";
        var help =
            sequence == 0 ? ": a run with this id has begun; resume it, or begin under another id" : "";
        return new ConflictException(id, $"{row} {why}; the run expects sequence {nextSequence}{help}");
    }
}

/// <summary>An append that another writer of the run has come before.</summary>
internal sealed class ConflictException(string runId, string text)
    : CanoException(CanoError.Of(Fault.NewCheckpointStore(text)))
{
    public string RunId => runId;
}
