using Cano.Kernel;

namespace Cano;

/// <summary>One durable fact of a run, as a store keeps it. Rows compare by content.</summary>
public sealed record CheckpointRow : IStoredRow
{
    // Boxed: most rows have neither, and a box that is not there takes a third of the space.
    private readonly object? data;
    private readonly object? payload;

    /// <summary>The row's place in its run, dense from 0.</summary>
    public required long Sequence { get; init; }

    /// <summary>What the row says.</summary>
    public required RowKind Kind { get; init; }

    /// <summary>The stable name of the state; of a `Compensated` row the state undone.</summary>
    public required string State { get; init; }

    /// <summary>The name of the state's task; empty where no single task is meant.</summary>
    public string TaskName { get; init; } = "";

    /// <summary>Of a `StepCompleted` row the state that follows.</summary>
    public string? NextState { get; init; }

    /// <summary>The workflow's name; only in the first row and in snapshots.</summary>
    public string? WorkflowName { get; init; }

    /// <summary>The version of the workflow that wrote the row.</summary>
    public uint WorkflowVersion { get; init; }

    /// <summary>Which entry of a state the row belongs to, counted from 0 over the whole run.</summary>
    public long Visit { get; init; }

    /// <summary>What the run's durable store wrote since the row before; of a snapshot all that it holds.</summary>
    public ReadOnlyMemory<byte>? Data
    {
        get => (ReadOnlyMemory<byte>?)data;
        init => data = value;
    }

    /// <summary>What the kind of row carries: an output, a cursor, a due time, a cause.</summary>
    public ReadOnlyMemory<byte>? Payload
    {
        get => (ReadOnlyMemory<byte>?)payload;
        init => payload = value;
    }

    /// <summary>The row's body in the journal's own format, without run id and fence.</summary>
    public byte[] ToBytes() => RowBytes.Write(this);

    /// <summary>Reads a body that <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: damaged, or written by a newer version.</exception>
    public static CheckpointRow FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (TryRead(bytes, out var row) is { } problem)
            throw new CanoException(CanoError.Of(Fault.NewCheckpointStore($"decode checkpoint row: {problem}")));
        return row!;
    }

    /// <summary>Null and the row, or what is wrong with the bytes.</summary>
    internal static string? TryRead(ReadOnlySpan<byte> bytes, out CheckpointRow? row)
    {
        row = null;
        if (RowBytes.TryRead(bytes.ToArray(), out var stored) is { } problem) return problem;
        row = new CheckpointRow
        {
            Sequence = stored.Sequence,
            Kind = stored.Kind,
            State = stored.State,
            TaskName = stored.TaskName,
            NextState = stored.NextState,
            WorkflowName = stored.WorkflowName,
            WorkflowVersion = stored.WorkflowVersion,
            Visit = stored.Visit,
            Data = Optional(stored.Data),
            Payload = Optional(stored.Payload),
        };
        return null;
    }

    /// <inheritdoc/>
    public bool Equals(CheckpointRow? other) =>
        other is not null
        && Sequence == other.Sequence
        && Kind == other.Kind
        && State == other.State
        && TaskName == other.TaskName
        && NextState == other.NextState
        && WorkflowName == other.WorkflowName
        && WorkflowVersion == other.WorkflowVersion
        && Visit == other.Visit
        && SameBytes(Data, other.Data)
        && SameBytes(Payload, other.Payload);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Sequence, Kind, State, Visit, Payload?.Length);

    /// <summary>Absent bytes stay absent; a plain conversion would make them empty.</summary>
    internal static ReadOnlyMemory<byte>? Optional(byte[]? bytes) =>
        bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);

    private static bool SameBytes(ReadOnlyMemory<byte>? left, ReadOnlyMemory<byte>? right) =>
        left.HasValue == right.HasValue && (left is not { } bytes || bytes.Span.SequenceEqual(right!.Value.Span));
}
