using System.Text.Json;
using Cano.Examples.Terminal;

namespace Cano.Examples.Shop;

/// <summary>What people ask for, in terms of the engine.</summary>
public sealed class Counter(
    CanoEngine engine,
    Workflow<OrderStep> orders,
    TextWriter output,
    TimeProvider time
)
{
    private const int ListMax = 50;

    /// <summary>The order's id is the run's: ordering it again gives the same run.</summary>
    public async Task OrderAsync(string id, Order order, CancellationToken cancellationToken)
    {
        await engine.GetOrStartAsync(orders, OrderStep.Accept, id, order, cancellationToken);
        output.WriteLine($"{id}: accepted, {Words.Of(order)}");
    }

    /// <summary>For good: from here on the order only goes back.</summary>
    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        var run = await FoundAsync(id, cancellationToken);
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
        {
            await engine.RetryAsync(run.RunId, cancellationToken);
            output.WriteLine($"{run.RunId}: goes on");
        }
    }

    /// <summary>Until an order has ended.</summary>
    public async Task AwaitAsync(string id, CancellationToken cancellationToken)
    {
        await FoundAsync(id, cancellationToken);
        await foreach (var run in engine.WatchAsync(id, cancellationToken))
            if (run.HasEnded)
                break;
    }

    public async Task ListAsync(RunQuery which, CancellationToken cancellationToken)
    {
        var query = which with { WorkflowName = OrderWorkflow.Name, Limit = ListMax };
        await foreach (var run in engine.ListAsync(query, cancellationToken))
            await ShowAsync(run.RunId, cancellationToken);
    }

    /// <summary>An order, and where each of its children is.</summary>
    public async Task ShowAsync(string id, CancellationToken cancellationToken)
    {
        var run = await FoundAsync(id, cancellationToken);
        output.WriteLine($"{id}: {Words.Of(OrderOf(run))}: {Words.Of(run, time)}");
        var children = RunQuery.All with { ParentRunId = id };
        await foreach (var listed in engine.ListAsync(children, cancellationToken))
        {
            var child = await FoundAsync(listed.RunId, cancellationToken);
            output.WriteLine($"  {child.RunId}: {Words.Of(child, time)}");
        }
    }

    public async Task<bool> KnowsAsync(string id, CancellationToken cancellationToken) =>
        await engine.FindAsync(id, cancellationToken) is not null;

    private static Order OrderOf(RunInfo run) => JsonSerializer.Deserialize<Order>(run.InputJson!)!;

    private static bool IsChildOf(RunInfo run, string id) =>
        run.RunId.StartsWith($"{id}/", StringComparison.Ordinal);

    private async Task<RunInfo> FoundAsync(string id, CancellationToken cancellationToken) =>
        await engine.FindAsync(id, cancellationToken)
        ?? throw new MistakeException($"there is no order '{id}'");
}
