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
    // Side by side and not in pairs: of ten thousand, pairs would lie among the large objects, which only a
    // full collection takes back.
    private readonly Either<CanoError, TState>[] _outcomes = new Either<CanoError, TState>[instances.Length];
    private readonly bool[] _wereStopped = new bool[instances.Length];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _thrown;
    private int _left = instances.Length;
    private int _completed;

    /// <summary>How the instances ended.</summary>
    public async ValueTask<InstanceEnds<TState>> RunAsync()
    {
        if (instances.IsEmpty)
            return new([], []);
        new WorkQueue(this, instances[0].Workflow.Setup.Options.Dispatcher).Admit(instances.Length);
        await _ended.Task.ConfigureAwait(false);
        return new(_outcomes, _wereStopped);
    }

    bool IWorkItems.Start(int index)
    {
        _ = RunAsync(index);
        return false;
    }

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
            _wereStopped[index] = stop.IsCancellationRequested && outcome.LeftToSeq().Exists(IsCancelled);
            _outcomes[index] = outcome;
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

/// <summary>How instances ended, in their order.</summary>
/// <param name="Outcomes">Their exits or errors.</param>
/// <param name="WereStopped">Which were cancelled from outside, or not started any more.</param>
internal readonly record struct InstanceEnds<TState>(Either<CanoError, TState>[] Outcomes, bool[] WereStopped)
    where TState : notnull;
