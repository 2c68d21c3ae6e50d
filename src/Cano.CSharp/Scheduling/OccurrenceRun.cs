using Cano.Runtime.Checkpoints;
using Cano.Runtime.Definitions;
using Cano.Runtime.Runs;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;
using LanguageExt;

namespace Cano.CSharp.Scheduling;

/// <summary>The run of an occurrence. In a journal it is started once; later it goes on, or answers with its
/// outcome.</summary>
internal static class OccurrenceRun
{
    /// <exception cref="LeftAloneException">It is somebody else's.</exception>
    public static async ValueTask<Either<CanoError, TState>> TryRunAsync<TState>(
        CompiledWorkflow<TState> workflow,
        TState initial,
        string id,
        FlowOccurrence occurrence
    )
        where TState : notnull
    {
        try
        {
            // Its rows are kept until the flow's watermark says that it is over.
            var request = new RunRequest(id) { KeepsRows = true, IsOver = occurrence.IsOver };
            return await HasRowsAsync(workflow.Options, id).ConfigureAwait(false)
                ? await Runs.TakeUpAsync(workflow, request, occurrence.Stop).ConfigureAwait(false)
                : await Runs.StartAsync(workflow, initial, request, occurrence.Stop).ConfigureAwait(false);
        }
        catch (CanoException failure) when (IsLeftAlone(failure, id))
        {
            throw new LeftAloneException(failure.Error);
        }
        catch (CanoException failure)
        {
            return failure.Error;
        }
    }

    /// <summary>Somebody else has begun it, claimed it, or taken it to its end.</summary>
    private static bool IsLeftAlone(CanoException failure, string id) =>
        failure.InnerException is LeftAloneException
        || (failure.InnerException is ConflictException conflict && conflict.RunId == id);

    /// <summary>What is wrong with the ids that a flow's runs have in a journal. They are all of one
    /// length.</summary>
    public static IEnumerable<string> IdProblems(RunOptions options, string flow, string instance = "") =>
        options.Store is not null
        && RunIdRule.Problem(OccurrenceId.Of(flow, default, instance)) is { } problem
            ? [problem]
            : [];

    /// <summary>What is wrong with runs that are given nothing.</summary>
    public static IEnumerable<string> InputProblems<TState>(Workflow<TState> workflow)
        where TState : notnull =>
        RunInputs.Problem(workflow.Setup.Name, workflow.Setup.Options.Accepts, given: null) is { } problem
            ? [problem]
            : [];

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
