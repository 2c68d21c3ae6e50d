using Cano.Kernel;

namespace Cano;

/// <summary>A row's bytes in a frame.</summary>
internal static class RowBody
{
    /// <summary>Null and the row, or what is wrong with the bytes.</summary>
    public static string? TryRead(ReadOnlySpan<byte> bytes, out CheckpointRow? row)
    {
        row = null;
        if (RowBytes.TryRead(bytes.ToArray(), out var stored) is { } problem)
            return problem;

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

    /// <summary>What is absent stays absent: a plain conversion would make null an empty memory.</summary>
    private static ReadOnlyMemory<byte>? Optional(byte[]? bytes) =>
        bytes is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(bytes);
}
