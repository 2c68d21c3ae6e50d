namespace Cano.Examples.Etl;

/// <summary>The batch: each line is read as a sale; those that are none are set aside, with why.</summary>
internal sealed class Cleaning(Staging staging, TimeSpan pace) : IBatchTask<Phase, string, string>
{
    private int _done;

    public int Concurrency => 8;

    public ValueTask<IReadOnlyList<string>> LoadAsync(
        TaskContext context,
        CancellationToken cancellationToken
    )
    {
        _done = 0;
        return new(staging.Pages(Shop.Pages));
    }

    public async ValueTask<string> ProcessItemAsync(
        TaskContext context,
        string item,
        CancellationToken cancellationToken
    )
    {
        var done = Interlocked.Increment(ref _done);
        context.ReportProgress(done, Shop.Sales, "sales");
        if (done % Shop.PageSize == 0)
            await Task.Delay(pace, context.TimeProvider, cancellationToken);
        Sale.Parse(item);
        return item;
    }

    public async ValueTask<Phase> FinishAsync(
        TaskContext context,
        IReadOnlyList<ItemResult<string>> results,
        CancellationToken cancellationToken
    )
    {
        var clean = results.Where(result => result.IsSuccess).Select(result => result.Value!);
        var rejected = results
            .Where(result => !result.IsSuccess)
            .Select(result => $"{result.Index};{result.Error!.Message}");
        await staging.WriteAsync(staging.CleanFile, clean, cancellationToken);
        await staging.WriteAsync(staging.RejectedFile, rejected, cancellationToken);
        return Phase.Load;
    }
}
