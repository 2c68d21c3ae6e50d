using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Engine;

/// <summary>What an engine does as one node of a store that others share: it says that it lives, stops when
/// it could not say so for too long, takes up what dead nodes leave, and looks what became of runs that
/// others work on.</summary>
/// <param name="store">The store, as this node has it.</param>
/// <param name="runs">The engine's runs.</param>
/// <param name="basis">What they are run with.</param>
internal sealed partial class EngineNode(NodeStore store, EngineRuns runs, RunOptions basis)
{
    private readonly TimeProvider _time = runs.BackgroundTime;
    private readonly CancellationTokenSource _closed = new();
    private readonly SemaphoreSlim _changing = new(1);
    private readonly Orphanage _orphans = new(runs, basis.Logger);
    private readonly DueWatch _due = runs.Due = new DueWatch(store, runs, basis);

    // When the last beat that was answered was sent, by the steady clock.
    private long _beatAt;
    private IReadOnlyList<EngineRun> _stopped = [];
    private Task _look = Task.CompletedTask;

    private TimeSpan Pause => store.Span / 3;

    /// <summary>Runs that begin are this node's from here on.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be reached.</exception>
    public async Task JoinAsync(CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (!store.IsJoined)
                await StoreCall.AskAsync("join store", () => JoinedAsync(cancel)).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    private async ValueTask<bool> JoinedAsync(CancellationToken cancel)
    {
        var at = _time.GetTimestamp();
        await InTimeAsync(
                store.Span,
                async limit =>
                {
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(limit, cancel);
                    await store.JoinAsync(either.Token).ConfigureAwait(false);
                }
            )
            .ConfigureAwait(false);
        _beatAt = at;
        return true;
    }

    /// <summary>Beats until it is closed.</summary>
    public void Begin()
    {
        runs.Later(BeatAsync);
        _due.Begin();
    }

    private async Task BeatAsync()
    {
        while (true)
        {
            await Delay.ForAsync(Pause, _time, _closed.Token).ConfigureAwait(false);
            if (_closed.IsCancellationRequested)
                return;
            if (!runs.IsSuspended)
                await BeatOnceAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The engine rests, unless it goes on already: its runs are nobody's. When the store cannot be
    /// told, or does not answer, the lease runs out.</summary>
    public async Task RestAsync()
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!runs.IsSuspended)
                return;
            // Who resumes goes on with them.
            _stopped = [];
            await InTimeAsync(store.Span, store.LeaveAsync).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            LogNotLeft(basis.Logger, thrown);
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Close()
    {
        _closed.Cancel();
        _due.Close();
    }

    private async Task BeatOnceAsync()
    {
        if (await AnswersAsync().ConfigureAwait(false))
            GoOn();
        if (!store.IsJoined)
            return;
        _ = _due.LookAsync();
        // A store that hangs in this alone silences nobody.
        if (_look.IsCompleted)
            _look = LookAsync();
    }

    /// <summary>Looks for runs that dead nodes left, and for ends that other nodes brought.</summary>
    private async Task LookAsync()
    {
        try
        {
            await _orphans.TakeUpAsync(store.OrphansAsync(_closed.Token)).ConfigureAwait(false);
            await runs.LookAtOthersAsync().ConfigureAwait(false);
        }
        // The next look asks again.
        catch (Exception thrown)
        {
            LogNoAnswer(basis.Logger, thrown);
        }
    }

    /// <summary>Whether the node is a member. One that was declared dead joins anew; one that is not heard
    /// stops when its lease is over.</summary>
    private async Task<bool> AnswersAsync()
    {
        var at = _time.GetTimestamp();
        var left = store.Span - _time.GetElapsedTime(_beatAt, at);
        var epoch = store.Epoch;
        // After a pause of the whole process the store may say that nobody minded.
        try
        {
            var lives = false;
            await InTimeAsync(
                    left > Pause ? left : Pause,
                    async limit => lives = await store.BeatAsync(limit).ConfigureAwait(false)
                )
                .ConfigureAwait(false);
            if (!lives)
                await JoinAgainAsync(epoch).ConfigureAwait(false);
            if (!store.IsJoined)
                return false;
            _beatAt = at;
            return true;
        }
        catch (Exception thrown)
        {
            LogNoAnswer(basis.Logger, thrown);
            if (_time.GetElapsedTime(_beatAt) >= store.Span)
                Stop();
            return false;
        }
    }

    /// <summary>Unless it has left or joined by itself, while it was asked whether the membership
    /// lives.</summary>
    private async Task JoinAgainAsync(long epoch)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (runs.IsSuspended || store.Epoch != epoch)
                return;
            if (epoch > 0)
                LogDeclaredDead(basis.Logger);
            Stop();
            await InTimeAsync(Pause, store.JoinAsync).ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>What the store answers. It may hang, and whoever closes the engine waits for this.</summary>
    private async Task InTimeAsync(TimeSpan span, Func<CancellationToken, Task> ask)
    {
        using var limit = new TimeLimit(span, _time);
        try
        {
            await ask(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.HasPassed)
        {
            throw new TimeoutException($"the store did not answer within {span}");
        }
    }

    /// <summary>Others may have what is under way here: it stops, and undoes nothing.</summary>
    private void Stop()
    {
        if (_stopped.Count > 0)
            return;
        store.Lose();
        _stopped = runs.StopAll();
        if (_stopped.Count > 0)
            LogStopped(basis.Logger, _stopped.Count);
    }

    private void GoOn()
    {
        var stopped = _stopped;
        _stopped = [];
        foreach (var run in stopped)
            runs.GoOn(run);
    }

    [LoggerMessage(307, LogLevel.Warning, "The store did not answer that this node lives; it is asked again")]
    private static partial void LogNoAnswer(ILogger logger, Exception exception);

    [LoggerMessage(
        308,
        LogLevel.Warning,
        "Other nodes have declared this one dead; it stops its runs and joins again"
    )]
    private static partial void LogDeclaredDead(ILogger logger);

    [LoggerMessage(
        309,
        LogLevel.Warning,
        "The lease of this node is over: {Count} runs stop here; nothing is undone"
    )]
    private static partial void LogStopped(ILogger logger, int count);

    [LoggerMessage(
        310,
        LogLevel.Warning,
        "The store was not told that this node leaves: its runs are nobody's when its lease is over"
    )]
    private static partial void LogNotLeft(ILogger logger, Exception exception);
}
