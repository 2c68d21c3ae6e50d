using Cano.Testing;

namespace Cano.Reliability.Racing;

/// <summary>One run that is started, resumed and, if wanted, cancelled by several at once, in an order that a
/// seed draws.</summary>
/// <param name="make">A workflow named `mine` of one state with this body, and an exit.</param>
/// <param name="initial">The state.</param>
/// <param name="seed">Draws the order.</param>
internal sealed class Race<TState>(
    Func<Func<CancellationToken, Task>, Workflow<TState>> make,
    TState initial,
    int seed
)
    where TState : notnull
{
    private const string RunId = "run";

    private readonly MemoryCheckpointStore _disk = new();
    private readonly Random _random = new(seed);
    private readonly CancellationTokenSource _cancel = new();
    private SteppedStore _store = null!;
    private int _bodies;
    private int _working;
    private int _most;

    /// <summary>Whether an earlier process has left the run.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Whether somebody cancels one of those who work on it.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>Runs it. Returns the order of things.</summary>
    /// <exception cref="InvalidOperationException">Two worked on the run at once, or nobody took it to its
    /// end.</exception>
    public async Task<string> RunAsync()
    {
        _store = new SteppedStore(_disk);
        var workflow = Stepped(make(WorkAsync).WithRetention(Retention.Keep).WithCheckpointStore(_store));
        // The list of ended runs is read once for all who ask: of several who await one task, all but one go
        // on elsewhere, at a time that nobody draws. So it is read before.
        _store.Flow();
        await workflow.ResumeAllAsync(1);
        if (IsInterrupted)
            await make(_ => Task.CompletedTask)
                .WithCheckpointStore(new CrashingCheckpointStore(_disk, 1, CrashPoint.AfterAppend))
                .TryOrchestrateAsync(initial, RunId);
        _store.Hold();
        await OrderAsync(Deeds(workflow));
        var story = string.Join(' ', _store.Story);
        // Who was cancelled before his body ran has run none, and another one may have taken the run up then.
        if (_most > 1 || (!IsCancelled && _bodies != 1))
            throw new InvalidOperationException($"{_bodies} bodies, {_most} at once: {story}");
        _store.Flow();
        var rows = await _disk.LoadRunAsync(RunId);
        if (!IsCancelled && rows is not [.., { Kind: RowKind.Finished }])
            throw new InvalidOperationException($"nobody took the run to its end: {story}");
        // Nothing is marked any more: a resume goes on, or finds the end.
        var end = await workflow.TryResumeFromAsync(RunId);
        // Of a cancelled run what it completed is undone.
        return end.IsRight || IsCancelled ? story : throw new InvalidOperationException($"{end}: {story}");
    }

    private List<Func<Task>> Deeds(Workflow<TState> workflow)
    {
        List<Func<Task>> deeds =
        [
            () => workflow.TryOrchestrateAsync(initial, RunId, _cancel.Token),
            () => workflow.TryOrchestrateAsync(initial, RunId),
            () => workflow.TryResumeFromAsync(RunId),
            () => workflow.ResumeAllAsync(2),
            () => workflow.ResumeAllAsync(2),
        ];
        if (IsCancelled)
            deeds.Add(() =>
            {
                _cancel.Cancel();
                return Task.CompletedTask;
            });
        return deeds;
    }

    /// <summary>Begins everything, and lets it go on, in an order that is drawn.</summary>
    private async Task OrderAsync(List<Func<Task>> left)
    {
        var begun = new List<Task>();
        while (left.Count > 0 || begun.Exists(deed => !deed.IsCompleted))
        {
            var waiting = _store.Waiting.Count;
            if (left.Count + waiting == 0)
            {
                await Task.WhenAny(_store.Arrival, Task.WhenAll(begun));
                continue;
            }

            var choice = _random.Next(left.Count + waiting);
            if (choice < left.Count)
            {
                var deed = left[choice];
                left.RemoveAt(choice);
                begun.Add(deed());
            }
            else
                _store.Step(choice - left.Count);
        }

        await Task.WhenAll(begun);
    }

    private async Task WorkAsync(CancellationToken token)
    {
        _bodies++;
        _most = Math.Max(_most, ++_working);
        try
        {
            await _store.PassAsync("body").AsTask().WaitAsync(token).ConfigureAwait(false);
        }
        finally
        {
            _working--;
        }
    }

    private Workflow<TState> Stepped(Workflow<TState> workflow) =>
        new(
            workflow.Setup with
            {
                Options = workflow.Setup.Options with { Dispatcher = _store.Pool },
                Resources = new Resources().InsertPerRun("slow", () => new Slow(_store)),
            }
        );

    private sealed class Slow(SteppedStore store) : IResource
    {
        public ValueTask SetupAsync(CancellationToken cancellationToken) => store.PassAsync("set-up");
    }
}
