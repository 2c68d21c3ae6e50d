namespace Cano.Reliability.Journals;

/// <summary>One thing that a writer does to a journal.</summary>
internal abstract record Deed
{
    private Deed() { }

    /// <summary>A deed that changes one run.</summary>
    public abstract record OfRun(string Run) : Deed;

    public sealed record Append(string Run, CheckpointRow Row, long Fence) : OfRun(Run)
    {
        /// <summary>The row need not be durable before the next one.</summary>
        public bool IsDeferred { get; init; }
    }

    /// <summary>Sends something to the run's inbox.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Item">What is sent.</param>
    /// <param name="IsKept">Whether it changes anything.</param>
    public sealed record Accept(string Run, InboxItem Item, bool IsKept) : OfRun(Run);

    /// <summary>Takes the run over, which gives this fence.</summary>
    public sealed record Claim(string Run, long Fence) : OfRun(Run);

    public sealed record Clear(string Run) : OfRun(Run);

    /// <summary>Appends and what is sent to different runs: the first is held at its flush until the others
    /// wait behind it.</summary>
    public sealed record Together(IReadOnlyList<OfRun> Deeds) : Deed;

    /// <summary>Time passes: a superblock is due after the next flush.</summary>
    public sealed record Pause : Deed;

    /// <summary>The journal is closed and opened again.</summary>
    public sealed record Reopen : Deed;
}
