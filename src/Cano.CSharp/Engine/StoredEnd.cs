using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.StoredRuns;

namespace Cano.CSharp.Engine;

/// <summary>How a run ended, as its rows tell it.</summary>
internal static class StoredEnd
{
    /// <summary>The end; null when the run has not ended.</summary>
    /// <exception cref="CanoException">`run_not_found`; `checkpoint_store`: it cannot be read.</exception>
    public static async ValueTask<EndedRun?> FindAsync(
        ICheckpointStore store,
        string id,
        CancellationToken cancel
    )
    {
        var rows = await RowsAsync(store, id, cancel).ConfigureAwait(false);
        if (rows.Count == 0)
            throw EngineErrors.NotFound(id);
        var last = rows[^1];
        var status = StatusOf(last.Status);
        if (!IsEnd(status))
            return null;
        var name = rows[0].WorkflowName;
        return status == RunStatus.Completed
            ? new(new RunEnd(id, name, status, last.State, null), null) { ExitRow = last }
            : EndedRun.Of(new RunEnd(id, name, status, null, ErrorOf(id, last)));
    }

    /// <summary>The rows of a run, as they are kept; empty for an unknown run.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: they cannot be read.</exception>
    public static ValueTask<IReadOnlyList<CheckpointRow>> RowsAsync(
        ICheckpointStore store,
        string id,
        CancellationToken cancel
    ) =>
        StoreCall.AskAsync(
            "load run",
            async () =>
            {
                cancel.ThrowIfCancellationRequested();
                var rows = await LoadedRows.OfAsync(store, id).ConfigureAwait(false);
                return (IReadOnlyList<CheckpointRow>)[.. rows.OrderBy(row => row.Sequence)];
            }
        );

    public static bool IsEnd(RunStatus status) => RunStatuses.IsEnd(status);

    /// <summary>What a run is that nobody works on.</summary>
    public static RunStatus StatusOf(RowStatus newest) => RunStatuses.Of(newest, RunStanding.None);

    /// <summary>The error that an end tells of; null where there is none.</summary>
    public static CanoError? ErrorOf(Fact? end) =>
        end switch
        {
            Fact.Failed failed => failed.error,
            Fact.RollbackFinished finished => finished.outcome,
            _ => null,
        };

    private static CanoError ErrorOf(string id, CheckpointRow last) =>
        ErrorOf(LoadedRows.Told(id, [last])[0].Fact)
        ?? CanoError.Of(Fault.NewCheckpointStore($"run '{id}' ended with {last}, which tells of no error"));
}
