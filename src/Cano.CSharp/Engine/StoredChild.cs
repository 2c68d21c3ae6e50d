using Cano.Kernel;
using Cano.Runtime.Data;
using Cano.Runtime.StoredRuns;

namespace Cano.CSharp.Engine;

/// <summary>A run that may be a child, as the store tells it.</summary>
/// <param name="Summary">As a list tells it.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Values">Decodes them.</param>
internal sealed record StoredChild(RunSummary Summary, IReadOnlyList<CheckpointRow> Rows, ValueCodec Values)
{
    /// <summary>By its rows: it may have gone on since it was found.</summary>
    public bool HasEnded => RowStatuses.IsEnd(Rows[^1].Status);

    /// <summary>Whether it has come to the end that its parent waits for.</summary>
    public bool HasEndedAfter(long takenBack) =>
        FanOutModule.IsEnd(takenBack, Rows[^1].Status, Rows[^1].Sequence);

    /// <summary>The run of this id; null when there is none.</summary>
    /// <exception cref="StoppedWaitException">It cannot be read.</exception>
    public static async ValueTask<StoredChild?> FindAsync(EngineRuns runs, string id)
    {
        StoredChild? found = null;
        await PatientlyAsync(async () =>
            {
                var store = runs.Store.Now;
                var summary = await StoreCall
                    .AskAsync("find run", () => StoreListing.FindAsync(store, id))
                    .ConfigureAwait(false);
                if (summary?.Damage is { } damage)
                    throw new HeldException(
                        new CanoException(CanoError.Of(Fault.NewCheckpointStore(damage)))
                    );
                if (summary is null)
                    return;
                var rows = await StoredEnd.RowsAsync(store, id, default).ConfigureAwait(false);
                if (rows.Count > 0)
                    found = new(summary, rows, runs.Basis.Values);
            })
            .ConfigureAwait(false);
        return found;
    }

    /// <summary>Whether it is a child of this very run: another one of the parent's id, an earlier one for
    /// instance, has another part of effect keys.</summary>
    public bool IsOf(RunParent parent) =>
        EncodedRows.Told(Summary.RunId, [Rows[0]], Values)[0].Start?.Parent is { } own
        && own.RunId == parent.RunId
        && own.Key == parent.Key;

    /// <summary>Its end, as its parent's rows keep it.</summary>
    public ChildEnding EndingOf(ChildStart child)
    {
        var id = Summary.RunId;
        var last = EncodedRows.Told(id, [Rows[^1]], Values)[0];
        var status = Rows[^1].Status;
        var isDone = status == RowStatus.Completed;
        return new(
            id,
            status,
            isDone ? last.State : null,
            isDone ? EncodedRows.Output(id, Rows, Values) : null,
            StoredEnd.ErrorOf(last.Fact),
            child.Index,
            last.Sequence,
            isDone ? last.Data : StateData.None
        );
    }

    /// <summary>What is told of a run that has the id of a child, and is none.</summary>
    public static ChildEnding NoneOf(ChildStart child, RunParent parent) =>
        new(
            child.RunId,
            RowStatus.Failed,
            null,
            null,
            EngineErrors.IsNoChild(child.RunId, parent.RunId).Error,
            child.Index,
            -1,
            StateData.None
        );

    /// <summary>The workflow that goes on with it.</summary>
    /// <exception cref="StoppedWaitException">It was not added: the parent waits until it is.</exception>
    public static EngineWorkflow WorkflowOf(EngineRuns runs, string id, string? name, uint version) =>
        runs.Workflows.Find(name, version)
        ?? throw new StoppedWaitException(new HeldException(EngineErrors.NotAdded(id, name, version)));

    /// <summary>What cannot be asked of the store now is no failure of the parent.</summary>
    /// <exception cref="StoppedWaitException">It cannot.</exception>
    public static async Task PatientlyAsync(Func<Task> ask)
    {
        try
        {
            await ask().ConfigureAwait(false);
        }
        catch (CanoException failure) when (failure is HeldException || failure.Error.Fault.IsCheckpointStore)
        {
            throw new StoppedWaitException(failure);
        }
    }

    /// <summary>Its parent has its end: it is kept as any other ended run of its workflow.</summary>
    public static async Task RetireAsync(EngineRuns runs, string id)
    {
        var store = runs.Store.Now;
        var found = await StoreCall
            .AskAsync("find run", () => StoreListing.FindAsync(store, id))
            .ConfigureAwait(false);
        if (
            found is null
            || ListedEnd.Of(found) is not { } end
            || runs.Workflows.Find(found.WorkflowName, found.WorkflowVersion) is not { } workflow
            || (end.IsFailure && !workflow.Retention.HasFailures)
        )
            return;
        if (workflow.Retention.Count == 0)
            await store.ClearAsync(id).ConfigureAwait(false);
        else
            await EndedRuns
                .AddAsync(store, end, workflow.Name, workflow.Retention, runs.Basis.Now())
                .ConfigureAwait(false);
    }
}
