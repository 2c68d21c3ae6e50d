namespace Cano.Reliability.Clusters.Processes;

/// <summary>Four items in windows of two.</summary>
internal sealed class ErrandStream(ErrandWorkflow errand) : IStreamTask<string, int, int, int>
{
    public StreamWindow Window => StreamWindow.Count(2);

    public async IAsyncEnumerable<int> OpenAsync(
        TaskContext context,
        Cursor<int> cursor,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var item = cursor.Or(0); item < 4; item++)
        {
            await Task.Yield();
            yield return item + 1;
        }
    }

    public ValueTask<(int Output, int Cursor)> ProcessItemAsync(
        TaskContext context,
        int item,
        CancellationToken cancellationToken
    ) => new((item, item));

    public async ValueTask<WindowOutcome<string>> FlushWindowAsync(
        TaskContext context,
        IReadOnlyList<int> outputs,
        CancellationToken cancellationToken
    )
    {
        // One that is told to stop flushes a window before it is full: what is in it may differ from one
        // attempt to the next, and its place does not.
        var window = context.EffectKey[(context.EffectKey.LastIndexOf('/') + 1)..];
        await errand.DoAsync(context, $"stream.{window}", "", cancellationToken, string.Join('+', outputs));
        return WindowOutcome.Continue;
    }

    public ValueTask<string> OnCloseAsync(
        TaskContext context,
        StreamEnd reason,
        CancellationToken cancellationToken
    ) =>
        reason == StreamEnd.Exhausted
            ? new("batch")
            : throw new OperationCanceledException(cancellationToken);
}
