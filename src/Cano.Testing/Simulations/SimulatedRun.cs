using Cano.Kernel;
using Cano.Runtime.Data;

namespace Cano.Testing;

/// <summary>What became of one seed.</summary>
public sealed record SimulatedRun
{
    /// <summary>Replays it.</summary>
    public required int Seed { get; init; }

    /// <summary>The stable name of the exit that was reached; null when the run failed.</summary>
    public string? Exit { get; init; }

    /// <summary>Why the run failed; null when it reached an exit.</summary>
    public CanoError? Error { get; init; }

    /// <summary>Every row that became durable, in order, be it cleared by now or not.</summary>
    public IReadOnlyList<CheckpointRow> Rows { get; init; } = [];

    /// <summary>Every row of each child that became durable, by the child's id, children of children
    /// included; empty of a workflow that has none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<CheckpointRow>> ChildRows { get; init; } =
        new Dictionary<string, IReadOnlyList<CheckpointRow>>();

    /// <summary>The rows that the store still holds.</summary>
    public IReadOnlyList<CheckpointRow> RowsLeft { get; init; } = [];

    /// <summary>The hooks of every process, in order.</summary>
    public IReadOnlyList<ObservedEvent> Events { get; init; } = [];

    /// <summary>What happened, line by line.</summary>
    public required Timeline Timeline { get; init; }

    /// <summary>How many processes it took.</summary>
    public int ProcessCount { get; init; }

    /// <summary>How many decisions of the kernel were checked against their replay.</summary>
    public int DecisionCount { get; init; }

    /// <summary>The virtual time it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What must hold and does not: nothing, for a sound workflow on a sound engine.</summary>
    public IReadOnlyList<string> Breaches { get; init; } = [];

    /// <summary>How many points there were at which a stop that is told could come.</summary>
    internal int StopPointCount { get; init; }

    /// <summary>Whether the run reached an exit.</summary>
    public bool IsCompleted => Exit is not null;

    /// <summary>Whether the run reached this exit.</summary>
    public bool EndedIn<TState>(TState state)
        where TState : notnull => Exit is { } exit && States<TState>.NameAmong(state, [exit]) == exit;

    private object?[] Parts =>
        [
            Seed,
            Exit,
            Error,
            Rows,
            ChildRows
                ?.OrderBy(child => child.Key, StringComparer.Ordinal)
                .SelectMany(child => child.Value.Prepend<object>(child.Key))
                .ToArray(),
            RowsLeft,
            Events,
            Timeline?.Fingerprint,
            ProcessCount,
            DecisionCount,
            Duration,
            StopPointCount,
            Breaches,
        ];

    /// <summary>The same seed with the same course and end, be it run twice or once.</summary>
    public bool Equals(SimulatedRun? other) => other is not null && Contents.Equal(Parts, other.Parts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Seed, Exit, Rows.Count);

    /// <summary>How it ended, in a sentence.</summary>
    public override string ToString() =>
        $"seed {Seed}: {(Exit is { } exit ? $"completed in {exit}" : $"failed: {Error}")}";
}
