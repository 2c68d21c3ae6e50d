using Cano.Kernel;
using Microsoft.Extensions.Logging;

namespace Cano;

/// <summary>A run's rows on their way to the store, each with what the run's durable data changed since the last.</summary>
internal sealed partial class RunJournal(ICheckpointStore store, string workflowId, long fence)
{
    /// <summary>Writes one row. The run's cancellation is not passed on: a row is durable or the append failed.</summary>
    public ValueTask AppendAsync(Row row, DurableValues? data)
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
            Data = CheckpointRow.Optional(data?.TakeDelta()),
            Payload = CheckpointRow.Optional(RowFormat.Payload(row.Fact)),
        };
        return store.AppendAsync(workflowId, stored, fence, CancellationToken.None);
    }

    /// <summary>Forgets a run that has nothing left to resume. When that fails the run has ended all the same.</summary>
    public async ValueTask ClearAsync(ILogger logger)
    {
        try
        {
            await store.ClearAsync(workflowId, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            LogClearFailed(logger, workflowId, thrown);
        }
    }

    /// <summary>What the engine was doing, for the text of a failed append.</summary>
    public static string Doing(Fact fact) =>
        fact.IsStepCompleted ? "append compensation checkpoint"
        : fact.IsCursorAdvanced ? "append step cursor checkpoint"
        : "append checkpoint";

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rows of ended run {WorkflowId} could not be cleared")]
    private static partial void LogClearFailed(ILogger logger, string workflowId, Exception exception);
}
