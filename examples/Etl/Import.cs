namespace Cano.Examples.Etl;

/// <summary>The workflow: fetch the sales in steps, clean them as a batch, load them as a stream.</summary>
/// <remarks>Killed, it goes on behind the last page, at the batch, or behind the last window: their cursors
/// are in the journal.</remarks>
public static class Import
{
    /// <param name="staging">What lies between.</param>
    /// <param name="warehouse">Where they go.</param>
    /// <param name="pace">A pause at each hundred sales, for demonstrations.</param>
    public static Workflow<Phase> Workflow(Staging staging, Warehouse warehouse, TimeSpan pace) =>
        Cano
            .Workflow.Bare<Phase>()
            .WithName("import")
            .RegisterStepped<int>(
                Phase.Fetch,
                async (context, cursor, token) =>
                {
                    var page = cursor.Or(0);
                    if (page == Shop.Pages)
                        return StepOutcome.Done(Phase.Clean);
                    await Task.Delay(pace, context.TimeProvider, token);
                    await staging.WritePageAsync(page, Shop.Page(page), token);
                    context.ReportProgress((page + 1) * Shop.PageSize, Shop.Sales, "sales");
                    return StepOutcome.More(page + 1);
                }
            )
            .Register(Phase.Clean, new Cleaning(staging, pace))
            .RegisterStream(Phase.Load, new Loading(staging, warehouse, pace))
            .AddExitState(Phase.Done);
}
