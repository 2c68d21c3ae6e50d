namespace Cano.Runtime.Checkpoints;

/// <summary>What only some rows have. It is kept apart, so that an ordinary row stays small.</summary>
internal sealed record RareParts
{
    public static RareParts None { get; } = new();

    public RunStart? Start { get; init; }

    /// <summary>UTC; 0 when the run does not wake by itself.</summary>
    public long WakeTicks { get; init; }

    public Content StateData { get; init; }

    public string? Category { get; init; }

    public string? NextState { get; init; }

    public Content NextStateData { get; init; }

    public StoredValue? Output { get; init; }

    public string? Codec { get; init; }

    public RunTrace? Span { get; init; }
}
