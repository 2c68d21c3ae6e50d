using Cano.Kernel;

namespace Cano;

/// <summary>A run's rows on their way to the store, each with what the run's durable data changed since the last.</summary>
internal sealed class RunJournal(ICheckpointStore store, string workflowId, long fence)
{
    /// <summary>The run's durable data; null when it has none.</summary>
    public DurableValues? Data { get; set; }

    /// <summary>The append under way, or the last one.</summary>
    public ValueTask Appending { get; private set; }

    /// <summary>Hands one row to the store. The run's cancellation is not passed on: a row is durable or the append
    /// failed.</summary>
    public ValueTask Append(Row row)
    {
        var stored = new CheckpointRow
        {
            Sequence = row.Sequence,
            Kind = RowFormat.Kind(row.Fact),
            State = row.State,
            TaskName = row.Task,
            NextState = RowFormat.NextState(row.Fact),
            WorkflowName = row.Workflow,
            WorkflowVersion = row.Version,
            Visit = row.Visit,
            Data = CheckpointRow.Optional(Data?.TakeDelta()),
            Payload = CheckpointRow.Optional(RowFormat.Payload(row.Fact)),
        };
        return Appending = store.AppendAsync(workflowId, stored, fence, CancellationToken.None);
    }

    /// <summary>Somebody else forgets the run after its end.</summary>
    public bool KeepsRows { get; set; }

    /// <summary>Forgets the run.</summary>
    public ValueTask ClearAsync() => KeepsRows ? default : store.ClearAsync(workflowId, CancellationToken.None);

    /// <summary>What the engine was doing, for the text of a failed append.</summary>
    public static string Doing(Fact fact, bool isOfStream) =>
        fact.IsStepCompleted ? "append compensation checkpoint"
        : fact.IsCursorAdvanced ? $"append {(isOfStream ? "stream" : "step")} cursor checkpoint"
        : "append checkpoint";
}
