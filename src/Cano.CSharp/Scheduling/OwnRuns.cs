using Cano.Runtime.Checkpoints;
using Cano.Runtime.Definitions;
using Cano.Runtime.Runs;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;
using LanguageExt;

namespace Cano.CSharp.Scheduling;

/// <summary>The runs of a scheduler by itself. In a journal the run of an occurrence is started once; later
/// it goes on, or answers with its outcome.</summary>
internal sealed class OwnRuns : IFlowRuns
{
    public static OwnRuns All { get; } = new();

    public bool IsHealing => false;

    public Task HealAsync() => Task.CompletedTask;

    public Workflow<TState> Bound<TState>(Workflow<TState> workflow)
        where TState : notnull => workflow;

    public async ValueTask<Either<CanoError, TState>> RunAsync<TState>(
        WantedOccurrence<TState> wanted,
        FlowOccurrence occurrence
    )
        where TState : notnull
    {
        var workflow = wanted.Workflow.Compiled;
        if (occurrence.Run.Rest.IsCancellationRequested)
            return FlowOccurrence.Rests;
        using var stop = new OccurrenceStop(occurrence, workflow.Options);
        // Its rows are kept until the flow's watermark says that it is over.
        var request = new RunRequest(wanted.Id)
        {
            KeepsRows = true,
            IsOver = occurrence.IsOver,
            Control = stop.Control,
        };
        try
        {
            return await RunAsync(workflow, wanted, request, stop).ConfigureAwait(false);
        }
        catch (CanoException failure) when (IsLeftAlone(failure, wanted.Id))
        {
            throw new LeftAloneException(failure.Error);
        }
        catch (CanoException failure)
        {
            // A body that was given up on runs still: the flow is not at rest before it has ended.
            if (failure.Error.Fault.IsSuspended && stop.Control is { } control)
                await control.Outlasting.ConfigureAwait(false);
            return failure.Error;
        }
    }

    private static async ValueTask<Either<CanoError, TState>> RunAsync<TState>(
        CompiledWorkflow<TState> workflow,
        WantedOccurrence<TState> wanted,
        RunRequest request,
        OccurrenceStop stop
    )
        where TState : notnull
    {
        if (await HasRowsAsync(workflow.Options, wanted.Id).ConfigureAwait(false))
            return await Runs.TakeUpAsync(workflow, request, stop.Token).ConfigureAwait(false);
        var (given, failure) = wanted.Asked();
        if (failure is not null)
            return failure;
        var start = request with { Input = given };
        return await Runs.StartAsync(workflow, wanted.Initial, start, stop.Token).ConfigureAwait(false);
    }

    /// <summary>Somebody else has begun it, claimed it, or taken it to its end.</summary>
    private static bool IsLeftAlone(CanoException failure, string id) =>
        failure.InnerException is LeftAloneException
        || (failure.InnerException is ConflictException conflict && conflict.RunId == id);

    private static async ValueTask<bool> HasRowsAsync(RunOptions options, string id)
    {
        if (options.Store is null)
            return false;
        var store = await StoreCall.OpenAsync(options).ConfigureAwait(false);
        var rows = await StoreCall
            .AskAsync("load run", () => LoadedRows.OfAsync(store, id))
            .ConfigureAwait(false);
        return rows.Count > 0;
    }
}
