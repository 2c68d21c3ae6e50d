using System.Text;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano;

/// <summary>One durable fact of a run, as a store keeps it. Rows compare by content.</summary>
public sealed record CheckpointRow
{
    private readonly Content data;
    private readonly Content payload;
    private readonly RareParts rare = RareParts.None;
    private readonly long writtenTicks;
    private readonly RowStatus status;

    /// <summary>The row's place in its run, dense from 0.</summary>
    public required long Sequence { get; init; }

    /// <summary>What the row says.</summary>
    public required RowKind Kind { get; init; }

    /// <summary>What the run is after the row. Left out, it is what kind and payload tell of it.</summary>
    public RowStatus Status
    {
        get =>
            status == default ? RowFormat.HeadOf(Kind, NextState, OptionalBytes.Of(Payload)).Status : status;
        init => status = value;
    }

    /// <summary>The instant at which the row was made, in UTC; of a row of format 1 the one at which its
    /// store took it. Null where that is not known.</summary>
    public DateTimeOffset? WrittenAt
    {
        get => InstantOf(writtenTicks);
        init => writtenTicks = value?.UtcTicks ?? 0;
    }

    /// <summary>The instant at which the run goes on by itself, in UTC; null when it does not wait for
    /// one.</summary>
    public DateTimeOffset? WakesAt
    {
        get => InstantOf(rare.WakeTicks);
        init
        {
            var ticks = value?.UtcTicks ?? 0;
            if (ticks != rare.WakeTicks)
                rare = rare with { WakeTicks = ticks };
        }
    }

    /// <summary>What is known of the run from its start on; only in the first row and in snapshots.</summary>
    public RunStart? Start
    {
        get => rare.Start;
        init
        {
            if (value != rare.Start)
                rare = rare with { Start = value };
        }
    }

    /// <summary>The workflow's name, a part of <see cref="Start"/>; only in the first row and in
    /// snapshots.</summary>
    public string? WorkflowName
    {
        get => Start?.WorkflowName;
        init
        {
            if (value != WorkflowName)
                Start = (Start ?? RunStart.Of(null)).WithName(value);
        }
    }

    /// <summary>The version of the workflow that wrote the row.</summary>
    public uint WorkflowVersion { get; init; }

    /// <summary>Which entry of a state the row belongs to, counted from 0 over the whole run.</summary>
    public long Visit { get; init; }

    /// <summary>The stable name of the state; of a `Compensated` row the state undone.</summary>
    public required string State { get; init; }

    /// <summary>What the state itself carries; null when it carries nothing.</summary>
    public ReadOnlyMemory<byte>? StateData
    {
        get => rare.StateData.Bytes;
        init
        {
            var content = new Content(value);
            if (!content.Equals(rare.StateData))
                rare = rare with { StateData = content };
        }
    }

    /// <summary>The name of the state's task; empty where no single task is meant.</summary>
    public string TaskName { get; init; } = "";

    /// <summary>Of a `StepCompleted` row the state that follows.</summary>
    public string? NextState
    {
        get => rare.NextState;
        init
        {
            if (value != rare.NextState)
                rare = rare with { NextState = value };
        }
    }

    /// <summary>What the state that follows carries itself; null when it carries nothing.</summary>
    public ReadOnlyMemory<byte>? NextStateData
    {
        get => rare.NextStateData.Bytes;
        init
        {
            var content = new Content(value);
            if (!content.Equals(rare.NextStateData))
                rare = rare with { NextStateData = content };
        }
    }

    /// <summary>Of a run that failed the category of its error, else null.</summary>
    public string? Category
    {
        get => rare.Category;
        init
        {
            if (value != rare.Category)
                rare = rare with { Category = value };
        }
    }

    /// <summary>What the run's durable store wrote since the row before; of a snapshot all that it
    /// holds.</summary>
    public ReadOnlyMemory<byte>? Data
    {
        get => data.Bytes;
        init => data = new(value);
    }

    /// <summary>What the kind of row carries: an output, a cursor, a due time, a cause.</summary>
    public ReadOnlyMemory<byte>? Payload
    {
        get => payload.Bytes;
        init => payload = new(value);
    }

    /// <summary>What the run gives as its own output; null when the row says nothing of it.</summary>
    public StoredValue? Output
    {
        get => rare.Output;
        init
        {
            if (value != rare.Output)
                rare = rare with { Output = value };
        }
    }

    /// <summary>The span of the run in the process that wrote the row: in the first row of each that somebody
    /// traced, and in snapshots. Null when the row says nothing of it.</summary>
    public RunTrace? Span
    {
        get => rare.Span;
        init
        {
            if (value != rare.Span)
                rare = rare with { Span = value };
        }
    }

    /// <summary>The name of what encoded the values in the row; null: they are JSON as it is.</summary>
    public string? Codec
    {
        get => rare.Codec;
        init
        {
            if (value != rare.Codec)
                rare = rare with { Codec = value };
        }
    }

    /// <summary>The row's body in the journal's own format, without run id and fence.</summary>
    public byte[] ToBytes() => ToBytes(WrittenAt);

    /// <summary>The row's body for a store that keeps its instant elsewhere.</summary>
    internal byte[] ToTimelessBytes() => ToBytes(null);

    /// <summary>Reads a body that <see cref="ToBytes()"/> wrote, in this format or an older one.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: damaged, or written by a newer
    /// version.</exception>
    public static CheckpointRow FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (TryRead(bytes, null, out var row) is { } problem)
            throw new CanoException(
                CanoError.Of(Fault.NewCheckpointStore($"decode checkpoint row: {problem}"))
            );
        return row!;
    }

    /// <summary>Null and the row, or what is wrong with the bytes. `writtenAt`: where the bytes do not say
    /// it.</summary>
    internal static string? TryRead(
        ReadOnlySpan<byte> bytes,
        DateTimeOffset? writtenAt,
        out CheckpointRow? row
    )
    {
        row = null;
        var view = RowView.Of(bytes);
        if (view.Problem is { } problem)
            return problem;
        if (RowFormat.TryReadStart(in view, out var start) is { } inStart)
            return inStart;
        if (RowFormat.TryReadOutput(in view, out var output) is { } inOutput)
            return inOutput;
        var head = RowFormat.HeadOf(in view);
        row = new CheckpointRow
        {
            Sequence = view.Sequence,
            Kind = view.Kind,
            Status = head.Status,
            WrittenAt = view.Instant(RowField.WrittenAt) ?? writtenAt,
            WakesAt = head.WakesAt,
            Start = start,
            WorkflowVersion = view.WorkflowVersion,
            Visit = view.Visit,
            State = Encoding.UTF8.GetString(view.State),
            StateData = Optional(view.Part(RowField.StateData).ToArray()),
            TaskName = Encoding.UTF8.GetString(view.TaskName),
            NextState = view.Part(RowField.NextState).ToText(),
            NextStateData = Optional(view.Part(RowField.NextStateData).ToArray()),
            Category = head.Category,
            Data = Optional(view.Part(RowField.Data).ToArray()),
            Payload = Optional(view.Part(RowField.Payload).ToArray()),
            Output = output,
            Codec = view.Part(RowField.Codec).ToText(),
            Span = RowFormat.SpanOf(in view),
        };
        return null;
    }

    /// <inheritdoc/>
    public bool Equals(CheckpointRow? other) =>
        other is not null
        && Sequence == other.Sequence
        && Kind == other.Kind
        && Status == other.Status
        && writtenTicks == other.writtenTicks
        && State == other.State
        && TaskName == other.TaskName
        && WorkflowVersion == other.WorkflowVersion
        && Visit == other.Visit
        && rare == other.rare
        && data.Equals(other.data)
        && payload.Equals(other.payload);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Sequence, Kind, State, Visit, Payload?.Length);

    /// <summary>Its place, what it says, of what state, and what follows if it tells: "row 3: StepCompleted
    /// of 'Pay', then 'Ship'".</summary>
    public override string ToString() =>
        NextState is null
            ? $"row {Sequence}: {Kind} of '{State}'"
            : $"row {Sequence}: {Kind} of '{State}', then '{NextState}'";

    /// <summary>Absent bytes stay absent; a plain conversion would make them empty.</summary>
    internal static ReadOnlyMemory<byte>? Optional(byte[]? bytes) =>
        bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);

    private static DateTimeOffset? InstantOf(long utcTicks) =>
        utcTicks == 0 ? null : new DateTimeOffset(utcTicks, TimeSpan.Zero);

    private byte[] ToBytes(DateTimeOffset? writtenAt)
    {
        var writer = new RowWriter(Kind, Status, Sequence, Visit, WorkflowVersion);
        writer.Names(State, TaskName);
        writer.Instant(RowField.WrittenAt, writtenAt);
        writer.Start(Start);
        writer.Instant(RowField.WakesAt, WakesAt);
        writer.Bytes(RowField.StateData, StateData);
        writer.Text(RowField.Category, Category);
        writer.Text(RowField.NextState, NextState);
        writer.Span(Span);
        writer.Bytes(RowField.NextStateData, NextStateData);
        writer.Bytes(RowField.Data, Data);
        writer.Bytes(RowField.Payload, Payload);
        writer.Output(Output);
        writer.Text(RowField.Codec, Codec);
        return writer.ToArray();
    }
}
