using System.Collections.Immutable;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;
using LanguageExt;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp;

/// <summary>Instances under way at once: starts them, awaits them all, and stops the rest when enough have
/// completed.</summary>
/// <param name="instances">What is run.</param>
/// <param name="run">Runs one of them; a failed run is an answer.</param>
/// <param name="quota">So many completed instances are enough; null when all are wanted.</param>
/// <param name="places">Taken by each instance while it runs; null when there is room for all.</param>
/// <param name="stop">Signalled when enough have completed; instances that begin later do not run.</param>
/// <param name="logger">Hears of callbacks on that signal that throw.</param>
internal sealed class ConcurrentRun<TState>(
    ImmutableArray<ConcurrentInstance<TState>> instances,
    Func<ConcurrentInstance<TState>, CancellationToken, ValueTask<Either<CanoError, TState>>> run,
    int? quota,
    SemaphoreSlim? places,
    CancellationTokenSource stop,
    ILogger logger
) : IWorkItems
    where TState : notnull
{
    private readonly InstanceEnd<TState>[] _ends = new InstanceEnd<TState>[instances.Length];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _thrown;
    private int _left = instances.Length;
    private int _completed;

    /// <summary>The end of each instance, in their order.</summary>
    public async ValueTask<InstanceEnd<TState>[]> RunAsync()
    {
        if (instances.IsEmpty)
            return [];
        new WorkQueue(this, instances[0].Workflow.Setup.Options.Dispatcher).Admit(instances.Length);
        await _ended.Task.ConfigureAwait(false);
        return _ends;
    }

    void IWorkItems.Start(int index) => _ = RunAsync(index);

    private async Task RunAsync(int index)
    {
        if (places is not null)
            await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            Either<CanoError, TState> outcome = stop.IsCancellationRequested
                ? CanoError.Of(Fault.Cancelled)
                : await run(instances[index], stop.Token).ConfigureAwait(false);
            // One that nobody stopped may end as cancelled too, by a limit of its own: it has failed.
            var wasStopped = stop.IsCancellationRequested && outcome.LeftToSeq().Exists(IsCancelled);
            _ends[index] = new(outcome, wasStopped);
            if (outcome.IsRight && Interlocked.Increment(ref _completed) == quota)
                await stop.CancelSafelyAsync(logger).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            // Not a failed run, which is an answer: the caller is to see it, when all have ended.
            _thrown = thrown;
        }

        places?.Release();
        if (Interlocked.Decrement(ref _left) > 0)
            return;
        if (_thrown is null)
            _ended.SetResult();
        else
            _ended.SetException(_thrown);
    }

    private static bool IsCancelled(CanoError error) => error.Fault.IsCancelled;
}

/// <summary>How an instance ended.</summary>
/// <param name="Outcome">Its exit or error.</param>
/// <param name="WasStopped">It was cancelled from outside, or not started any more.</param>
internal readonly record struct InstanceEnd<TState>(Either<CanoError, TState> Outcome, bool WasStopped)
    where TState : notnull;
