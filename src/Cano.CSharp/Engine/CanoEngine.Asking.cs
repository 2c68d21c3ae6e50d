using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Cano.CSharp.Engine;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.StoredRuns;

namespace Cano;

// What is known of runs.
public sealed partial class CanoEngine
{
    /// <summary>What is known of a run, by one look-up; null when there is none of this id.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be read.</exception>
    public async Task<RunInfo?> FindAsync(string runId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ThrowIfDisposed();
        var store = _runs.Store.Now;
        var listed = await StoreCall
            .AskAsync("find run", () => StoreListing.FindAsync(store, runId, cancellationToken))
            .ConfigureAwait(false);
        if (listed is null)
            return null;
        var run = RunReading.Of(listed, _runs.HeldOf(runId)) with
        {
            Progress = _runs.Find(runId)?.Result.ProgressSince(listed.Visit),
        };
        if (listed.Damage is not null)
            return run;
        var rows = await StoredEnd.RowsAsync(store, runId, cancellationToken).ConfigureAwait(false);
        try
        {
            var workflow = _runs.Workflows.Find(run.WorkflowName, run.WorkflowVersion);
            return RunReading.With(run, rows, _runs.Basis.Values, workflow);
        }
        catch (CanoException unreadable)
        {
            // What the list knows is told all the same.
            return run with { Held = run.Held ?? unreadable.Error.Message };
        }
    }

    /// <summary>Runs, the newest start first, then by id; unknown starts last. Read page by page while the
    /// list is enumerated.</summary>
    /// <param name="query">Which; every run unless given.</param>
    /// <param name="cancellationToken">Ends the list.</param>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be read.</exception>
    public async IAsyncEnumerable<RunInfo> ListAsync(
        RunQuery? query = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ThrowIfDisposed();
        var asked = query ?? RunQuery.All;
        // Which of them this engine holds the store does not know.
        var filter = asked.OrHeld ? asked.Filter with { Statuses = null, Limit = null } : asked.Filter;
        var left = asked.Limit ?? int.MaxValue;
        var runs = StoreListing.ListAsync(_runs.Store.Now, filter, cancellationToken);
        await foreach (var run in runs.ConfigureAwait(false))
        {
            var held = _runs.HeldOf(run.RunId);
            if (asked.OrHeld && held is null && asked.Statuses?.Contains(run.Status) == false)
                continue;
            if (left-- == 0)
                yield break;
            yield return RunReading.Of(run, held);
        }
    }

    /// <summary>How many runs there are of each status; a status of which there is none is left
    /// out.</summary>
    /// <param name="query">Which are counted; every run unless given.</param>
    /// <param name="cancellationToken">Gives up counting.</param>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be read.</exception>
    public async Task<IReadOnlyDictionary<RunStatus, long>> CountAsync(
        RunQuery? query = null,
        CancellationToken cancellationToken = default
    )
    {
        var counts = new Dictionary<RunStatus, long>();
        await foreach (var run in ListAsync(query, cancellationToken).ConfigureAwait(false))
            counts[run.Status] = counts.GetValueOrDefault(run.Status) + 1;
        return counts;
    }

    /// <summary>The rows of a run since its newest snapshot, which says what was before.</summary>
    /// <exception cref="CanoException">`run_not_found`; `checkpoint_store`: they cannot be read.</exception>
    public async Task<IReadOnlyList<CheckpointRow>> HistoryAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ThrowIfDisposed();
        var rows = await StoredEnd.RowsAsync(_runs.Store.Now, runId, cancellationToken).ConfigureAwait(false);
        return rows.Count > 0 ? rows : throw EngineErrors.NotFound(runId);
    }

    /// <summary>The states that a run came to and that left a row, by the sequence of that row, the oldest
    /// first, since its newest snapshot. Of a workflow over the cases of a union each has what it carried. It
    /// asks for no workflow: the type is that of its states.</summary>
    /// <exception cref="CanoException">`run_not_found`; `workflow`: the run came to a state that is none of
    /// the type; `checkpoint_store`: the rows cannot be read.</exception>
    public async Task<IReadOnlyList<KeyValuePair<long, TState>>> StatesAsync<
        [DynamicallyAccessedMembers(Workflow.Names)] TState
    >(string runId, CancellationToken cancellationToken = default)
        where TState : notnull
    {
        var rows = await HistoryAsync(runId, cancellationToken).ConfigureAwait(false);
        var states = UnionStates<TState>.Known ?? States<TState>.ByValue;
        return CarriedRows.States(runId, rows, states, _runs.Basis.Values);
    }

    /// <summary>A run's durable data as JSON by key, now or as of a row.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="atSequence">The row after which it is told; the newest unless given.</param>
    /// <param name="cancellationToken">Gives up reading.</param>
    /// <exception cref="CanoException">`run_not_found`; `workflow`: the row is not kept any more, or not
    /// there yet; `checkpoint_store`: the rows cannot be read.</exception>
    public async Task<IReadOnlyDictionary<string, string>> DataAsync(
        string runId,
        long? atSequence = null,
        CancellationToken cancellationToken = default
    )
    {
        var rows = await HistoryAsync(runId, cancellationToken).ConfigureAwait(false);
        if (atSequence is { } at && (at < rows[0].Sequence || at > rows[^1].Sequence))
            throw new CanoException(
                CanoError.Of(
                    Fault.NewWorkflow(
                        $"run '{runId}' keeps rows {rows[0].Sequence} to {rows[^1].Sequence}, and was asked for its data at {at}"
                    )
                )
            );
        var data = DurableValues.Restored(
            runId,
            rows.Where(row => row.Sequence <= (atSequence ?? long.MaxValue)),
            _runs.Basis.Values
        );
        return data.ToJson();
    }

    /// <summary>As StartAsync, with the run's end to come: it is heard of a run of which nothing is kept,
    /// too.</summary>
    internal async Task<(WorkflowRun<TState> Run, Task<EndedRun> Ended)> StartHeardAsync<TState>(
        Workflow<TState> workflow,
        TState initial,
        string runId
    )
        where TState : notnull
    {
        Task<EndedRun>? ended = null;
        var wanted = new WantedRun<TState>(workflow, initial, runId, null, null)
        {
            WhenBegun = () => ended = _runs.Coming(runId),
        };
        var run = await BeginAsync(wanted, CancellationToken.None).ConfigureAwait(false);
        // A suspend tells those whom it finds.
        _runs.TellIfAtRest(runId);
        return (run, ended!);
    }

    internal Task<EndedRun> EndOfAsync(string runId, CancellationToken cancel)
    {
        ThrowIfDisposed();
        return _runs.EndOfAsync(runId, cancel);
    }

    internal async Task<TOutput> OutputOfAsync<TOutput>(
        string runId,
        ValueCodec values,
        CancellationToken cancel
    )
    {
        var rows = await _runs
            .PatientlyAsync(runId, () => StoredEnd.RowsAsync(_runs.Store.Now, runId, cancel), cancel)
            .ConfigureAwait(false);
        if (EncodedRows.Output(runId, rows, values) is not { } output)
            throw new CanoException(
                CanoError.Of(Fault.NewOutputMissing($"run '{runId}' gave no output: a body of it sets one"))
            );
        try
        {
            return values.Read<TOutput>(output.Json)!;
        }
        // Whatever the type's own constructor throws.
        catch (Exception thrown)
        {
            throw new CanoException(
                CanoError.Of(
                    Fault.NewWorkflow(
                        $"the output of run '{runId}', {output}, cannot be read as a `{TypeNames.Of(typeof(TOutput))}`: {UserText.MessageOf(thrown)}"
                    )
                ),
                thrown
            );
        }
    }
}
