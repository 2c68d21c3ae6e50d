using Cano.Kernel;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Singles;
using Cano.Runtime.Time;

namespace Cano.Runtime.Steps.Batches;

/// <summary>Makes a task of a batch: one attempt loads, processes and finishes.</summary>
internal sealed class BatchLoop<TState, TItem, TOutput>(IBatchTask<TState, TItem, TOutput> batch)
    : ITask<TState>,
        IComposedTask
    where TState : notnull
{
    public string Name => batch.Name;

    public TaskConfig Config => batch.Config;

    public async ValueTask<TState> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var items = await LoadAsync(context, cancellationToken).ConfigureAwait(false);
        var results = new ItemResult<TOutput>[items.Count];
        var next = -1;
        var workers = Math.Clamp(batch.Concurrency, 1, Math.Max(1, items.Count));
        context.WorkOnItems(true);
        try
        {
            await SideBySide.WorkAsync(workers, WorkAsync, context.Options.Dispatcher).ConfigureAwait(false);
        }
        finally
        {
            context.WorkOnItems(false);
        }

        return await context
            .CallAsync(
                UserCallKind.Body,
                (batch, results),
                static (it, context, cancel) => it.batch.FinishAsync(context, it.results, cancel),
                cancellationToken
            )
            .ConfigureAwait(false);

        async Task WorkAsync()
        {
            for (
                var i = Interlocked.Increment(ref next);
                i < results.Length;
                i = Interlocked.Increment(ref next)
            )
                results[i] = await ProcessAsync(context, items[i], i, cancellationToken)
                    .ConfigureAwait(false);
        }
    }

    private async ValueTask<IReadOnlyList<TItem>> LoadAsync(TaskContext context, CancellationToken cancel) =>
        await context
            .CallAsync(
                UserCallKind.Body,
                batch,
                static (batch, context, cancel) => batch.LoadAsync(context, cancel),
                cancel
            )
            .ConfigureAwait(false)
        ?? throw InvalidAnswer.OfNull(
            $"LoadAsync of batch '{Name}'",
            "an empty list when there are no items"
        );

    private async Task<ItemResult<TOutput>> ProcessAsync(
        TaskContext context,
        TItem item,
        int index,
        CancellationToken cancel
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            cancel.ThrowIfCancellationRequested();
            CanoError error;
            try
            {
                var output = await context
                    .CallAsync(
                        UserCallKind.Body,
                        (batch, item),
                        static (it, context, cancel) => it.batch.ProcessItemAsync(context, it.item, cancel),
                        cancel
                    )
                    .ConfigureAwait(false);
                return new(index, output, null);
            }
            catch (Exception thrown) when (!cancel.IsCancellationRequested)
            {
                error = Faults.OfTask(thrown);
            }

            var decision = Retry.Decide(batch.ItemRetry, attempt, error, context.Options.Random.NextDouble());
            if (decision.IsGiveUp)
                return new(index, default, error);
            await Delay.ForAsync(decision.Delay, context.TimeProvider, cancel).ConfigureAwait(false);
        }
    }
}
