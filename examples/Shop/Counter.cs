using Cano.Examples.Terminal;

namespace Cano.Examples.Shop;

/// <summary>What people ask for, in terms of the engine.</summary>
public sealed class Counter(
    CanoEngine engine,
    Workflow<OrderStep> orders,
    Runs runs,
    TextWriter output,
    TimeProvider time
)
{
    /// <summary>The order's id is the run's: ordering it again gives the same run.</summary>
    public async Task OrderAsync(string id, Order order, CancellationToken cancellationToken)
    {
        await engine.GetOrStartAsync(orders, OrderStep.Accept, id, order, cancellationToken);
        output.WriteLine($"{id}: accepted, {Words.Of(order)}");
    }

    /// <summary>For good: from here on the order only goes back.</summary>
    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        var run = await runs.FindWholeAsync(id, cancellationToken);
        if (run.HasEnded)
            throw new MistakeException($"{id} has ended: {Words.Of(run, time)}");
        await engine.CancelAsync(id, cancellationToken: cancellationToken);
        output.WriteLine($"{id}: the cancel is on its way");
    }

    /// <summary>Gives the order, and each of its children, that was set aside its tries back.</summary>
    public async Task RetryAsync(string id, CancellationToken cancellationToken)
    {
        var query = new RunQuery
        {
            IdPrefix = id,
            Statuses = [RunStatus.Quarantined, RunStatus.RollbackFailed],
        };
        var troubled = await engine.ListAsync(query, cancellationToken).ToListAsync(cancellationToken);
        foreach (var run in troubled.Where(run => run.RunId == id || IsChildOf(run, id)))
            await runs.RetryAsync(run.RunId, cancellationToken);
    }

    /// <summary>Until an order has ended.</summary>
    public async Task AwaitAsync(string id, CancellationToken cancellationToken)
    {
        await runs.FindWholeAsync(id, cancellationToken);
        await foreach (var run in engine.WatchAsync(id, cancellationToken))
            if (run.HasEnded)
                break;
    }

    /// <summary>Of one that is damaged it may not be known whether it is an order.</summary>
    public async Task ListAsync(RunQuery which, CancellationToken cancellationToken)
    {
        await foreach (var run in runs.ListAsync(which, IsOrder, cancellationToken))
            await ShowAsync(run, cancellationToken);

        static bool IsOrder(RunInfo run) => run.WorkflowName is OrderWorkflow.Name or null;
    }

    /// <summary>An order, and where each of its children is.</summary>
    public async Task ShowAsync(string id, CancellationToken cancellationToken) =>
        await ShowAsync(await runs.FindAsync(id, cancellationToken), cancellationToken);

    public async Task<bool> KnowsAsync(string id, CancellationToken cancellationToken) =>
        await engine.FindAsync(id, cancellationToken) is not null;

    private static bool IsChildOf(RunInfo run, string id) =>
        run.RunId.StartsWith($"{id}/", StringComparison.Ordinal);

    private async Task ShowAsync(RunInfo run, CancellationToken cancellationToken)
    {
        output.WriteLine(Runs.Line<Order>(run, Words.Of, Words.Of(run, time)));
        var children = RunQuery.All with { ParentRunId = run.RunId };
        await foreach (var child in runs.ListAsync(children, cancellationToken))
            output.WriteLine($"  {child.RunId}: {Words.Of(child, time)}");
    }
}
