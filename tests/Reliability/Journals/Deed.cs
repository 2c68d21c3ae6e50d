namespace Cano.Reliability.Journals;

/// <summary>One thing that a writer does to a journal.</summary>
internal abstract record Deed
{
    private Deed() { }

    /// <summary>A deed that changes one run.</summary>
    public abstract record OfRun(string Run) : Deed;

    public sealed record Append(string Run, CheckpointRow Row, long Fence) : OfRun(Run);

    /// <summary>Takes the run over, which gives this fence.</summary>
    public sealed record Claim(string Run, long Fence) : OfRun(Run);

    public sealed record Clear(string Run) : OfRun(Run);

    /// <summary>Appends to different runs: the first is held at its flush until the others wait behind
    /// it.</summary>
    public sealed record Together(IReadOnlyList<Append> Appends) : Deed;

    /// <summary>Time passes: a superblock is due after the next flush.</summary>
    public sealed record Pause : Deed;

    /// <summary>The journal is closed and opened again.</summary>
    public sealed record Reopen : Deed;
}
