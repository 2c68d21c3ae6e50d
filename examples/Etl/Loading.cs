using System.Runtime.CompilerServices;

namespace Cano.Examples.Etl;

/// <summary>The stream: a window of sales is a transaction of the warehouse. The cursor is how many lines are
/// in.</summary>
internal sealed class Loading(Staging staging, Warehouse warehouse, TimeSpan pace)
    : IStreamTask<Phase, (int Line, string Text), Sale, int>
{
    private int _loaded;
    private int _total;

    public StreamWindow Window => StreamWindow.Count(250);

    public async IAsyncEnumerable<(int Line, string Text)> OpenAsync(
        TaskContext context,
        Cursor<int> cursor,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        _loaded = cursor.Or(0);
        _total = File.ReadLines(staging.CleanFile).Count();
        var line = _loaded;
        await foreach (var text in File.ReadLinesAsync(staging.CleanFile, cancellationToken).Skip(_loaded))
            yield return (line++, text);
    }

    public ValueTask<(Sale Output, int Cursor)> ProcessItemAsync(
        TaskContext context,
        (int Line, string Text) item,
        CancellationToken cancellationToken
    ) => new((Sale.Parse(item.Text), item.Line + 1));

    public async ValueTask<WindowOutcome<Phase>> FlushWindowAsync(
        TaskContext context,
        IReadOnlyList<Sale> outputs,
        CancellationToken cancellationToken
    )
    {
        await Task.Delay(pace, context.TimeProvider, cancellationToken);
        warehouse.Store(outputs);
        _loaded += outputs.Count;
        context.ReportProgress(_loaded, _total, "sales");
        return WindowOutcome.Continue;
    }

    public ValueTask<Phase> OnCloseAsync(
        TaskContext context,
        StreamEnd reason,
        CancellationToken cancellationToken
    ) => new(Phase.Done);
}
