using LanguageExt;

namespace Cano;

/// <summary>The run of an occurrence. In a journal it is started once; later it goes on, or answers with its outcome.</summary>
internal static class OccurrenceRun
{
    public static async ValueTask<Either<CanoError, TState>> TryRunAsync<TState>(
        CompiledWorkflow<TState> workflow,
        TState initial,
        string id,
        CancellationToken stop
    )
        where TState : notnull
    {
        try
        {
            // Its rows are kept until the flow's watermark says that it is over.
            return await HasRowsAsync(workflow.Options, id).ConfigureAwait(false)
                ? await Runs.ResumeAsync(workflow, id, stop, keepsRows: true).ConfigureAwait(false)
                : await Runs.StartAsync(workflow, initial, id, stop, keepsRows: true).ConfigureAwait(false);
        }
        catch (CanoException failure)
        {
            return failure.Error;
        }
    }

    private static async ValueTask<bool> HasRowsAsync(RunOptions options, string id)
    {
        if (options.Store is null) return false;
        try
        {
            var store = await options.Store(CancellationToken.None).ConfigureAwait(false);
            return (await store.LoadRunAsync(id, CancellationToken.None).ConfigureAwait(false)).Count > 0;
        }
        catch (Exception thrown)
        {
            throw new CanoException(Faults.OfStore("load run", thrown), thrown);
        }
    }
}
