using System.Collections.Concurrent;
using Cano.Testing;

namespace Cano.Integration.Sagas;

/// <summary>A saga drawn from a seed: its length, what goes wrong and where, retries, and crashes of its
/// store. Steps enter an amount under their effect key in a ledger, and compensations take it out
/// again.</summary>
internal sealed class RandomSaga
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, int> _ledger = new();
    private readonly ConcurrentDictionary<int, bool> _done = new();
    private readonly MemoryCheckpointStore _store = new();
    private readonly RecordingObserver _observer = new();
    private readonly VirtualTime _time = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly Random _random;
    private readonly int _steps;
    private readonly int _broken;
    private readonly bool[] _isPlain;
    private readonly bool[] _isStuck;
    private readonly int[] _retries;
    private int _appendsToCancel;
    private int _crashes;

    public RandomSaga(int seed, bool isDirty)
    {
        _random = new Random(seed);
        _steps = _random.Next(2, 9);
        Fault = _random.GetItems(Enum.GetValues<Wrong>(), 1)[0];
        _broken = _random.Next(_steps);
        _crashes = _random.Next(3);
        _appendsToCancel = _random.Next(1, 2 * _steps + 4);
        _isPlain = Draw(_ => _random.Next(6) == 0);
        if (Fault is Wrong.Unserialisable)
            _isPlain[_broken] = false;
        // What such a step did is undone at once; that a rollback is dirty is drawn for the others.
        _isStuck = Draw(step => isDirty && _random.Next(3) == 0 && !(IsUndoneAtOnce && step == _broken));
        _retries = Draw(_ => _random.Next(3) == 0 ? _random.Next(1, 4) : 0);
    }

    public enum Wrong
    {
        Nothing,

        /// <summary>A step throws.</summary>
        Failure,

        /// <summary>The run is cancelled while a step runs.</summary>
        Cancel,

        /// <summary>The run is cancelled while a row is written, be it one of a rollback or the last
        /// one.</summary>
        CancelAtRow,

        /// <summary>A step returns a state that the workflow does not have.</summary>
        Stray,

        /// <summary>A step is told that its attempt takes too long.</summary>
        AttemptTimeout,

        /// <summary>The total timeout passes while a step runs.</summary>
        TotalTimeout,

        /// <summary>A step's output cannot be written down.</summary>
        Unserialisable,
    }

    /// <summary>What was drawn to go wrong.</summary>
    public Wrong Fault { get; }

    /// <summary>How the run ended: null when it completed.</summary>
    public CanoError? Error { get; private set; }

    public int CrashCount { get; private set; }

    /// <summary>Runs it, and resumes it for as long as its store dies; then looks at what is left.</summary>
    public async Task CheckAsync()
    {
        var workflow = Workflow();
        var store = Mortal();
        Error = ErrorOf(
            await workflow.WithCheckpointStore(store).TryOrchestrateAsync("s0", "run", _cancel.Token)
        );
        _observer.AssertTasksPaired();
        while (store is CrashingCheckpointStore { HasCrashed: true })
        {
            CrashCount++;
            Assert.Equal("checkpoint_store", Error?.Category);
            store = Mortal();
            var again = workflow.WithCheckpointStore(store);
            var hasRows = (await _store.LoadRunAsync("run")).Count > 0;
            Error = ErrorOf(
                hasRows ? await again.TryResumeFromAsync("run") : await again.TryOrchestrateAsync("s0", "run")
            );
            _observer.AssertTasksPaired();
        }

        _cancel.Dispose();
        Assert.Equal(0, _time.WaitingCount);
        await AssertLeftAsync();
    }

    private static CanoError? ErrorOf(LanguageExt.Either<CanoError, string> answer)
    {
        CanoError? error = null;
        answer.IfLeft(left =>
        {
            error = left;
        });
        return error;
    }

    private async Task AssertLeftAsync()
    {
        var rows = await _store.LoadRunAsync("run");
        var left = _ledger.Values.Order();
        if (Error is null)
        {
            Assert.True(MayComplete, $"{Fault} completed");
            Assert.Equal(Compensatable(_steps), left);
            Assert.Empty(rows);
            return;
        }

        Assert.NotEqual(Wrong.Nothing, Fault);
        var original = Error.Errors is [var first, ..] ? first : Error;
        Assert.Equal(Expected, original.Category);
        var stuck = Compensatable(Completed).Where(step => _isStuck[step]).ToArray();
        Assert.Equal(stuck, left);
        Assert.Equal(
            stuck.Reverse().Select(step => $"stuck {step}"),
            Error.Errors.Skip(1).Select(one => one.Message)
        );
        var hasUndone = Compensatable(Completed).Any();
        Assert.Equal(hasUndone && stuck.Length == 0, rows.Count == 0);
    }

    /// <summary>A call that dies with its store takes a cancel with it, and a resumed run has its whole time
    /// again. A cancel may come too late, and a step that was late and ends the run is done.</summary>
    private bool MayComplete =>
        Fault switch
        {
            Wrong.Nothing or Wrong.CancelAtRow => true,
            Wrong.Cancel => CrashCount > 0,
            Wrong.TotalTimeout => !_isPlain[_broken] && (CrashCount > 0 || _broken == _steps - 1),
            _ => false,
        };

    private string Expected =>
        Fault switch
        {
            Wrong.Cancel or Wrong.CancelAtRow => "cancelled",
            Wrong.Stray => "workflow",
            Wrong.TotalTimeout => "workflow_timeout",
            Wrong.Unserialisable => "generic",
            _ when _retries[_broken] > 0 => "retry_exhausted",
            Wrong.AttemptTimeout => "timeout",
            _ => "task_execution",
        };

    private bool IsUndoneAtOnce => Fault is Wrong.Stray or Wrong.Unserialisable;

    /// <summary>How many steps were completed before what went wrong.</summary>
    private int Completed =>
        Fault switch
        {
            Wrong.Failure or Wrong.AttemptTimeout or Wrong.Stray or Wrong.Unserialisable => _broken,
            // Wherever it came: the steps that were done follow each other from the first.
            Wrong.CancelAtRow => _done.Count,
            _ => _broken + 1,
        };

    private IEnumerable<int> Compensatable(int count) =>
        Enumerable.Range(0, count).Where(step => !_isPlain[step]);

    private T[] Draw<T>(Func<int, T> draw) => [.. Enumerable.Range(0, _steps).Select(draw)];

    private ICheckpointStore Mortal()
    {
        ICheckpointStore beneath = new KeepingStore(_store) { Appending = _ => CancelAtRow() };
        return _crashes-- > 0
            ? new CrashingCheckpointStore(beneath, _random.Next(1, AppendsMax()), (CrashPoint)_random.Next(2))
            : beneath;
    }

    /// <summary>A resumed run has fewer rows to write, and shall die at one of them too.</summary>
    private int AppendsMax() => CrashCount == 0 ? 3 * _steps + 4 : _steps + 2;

    private void CancelAtRow()
    {
        if (Fault is Wrong.CancelAtRow && --_appendsToCancel == 0)
            _cancel.Cancel();
    }

    private Workflow<string> Workflow()
    {
        var workflow = Cano
            .Workflow.Bare<string>()
            .AddExitState("end")
            .WithTimeProvider(_time)
            .WithObserver(_observer);
        if (Fault is Wrong.TotalTimeout)
            workflow = workflow.WithTotalTimeout(s_second);
        for (var i = 0; i < _steps; i++)
        {
            var step = i;
            var config = TaskConfig.Minimal.WithFixedRetry(_retries[step], TimeSpan.Zero);
            if (Fault is Wrong.AttemptTimeout)
                config = config.WithAttemptTimeout(s_second);
            workflow = _isPlain[step]
                ? workflow.Register($"s{step}", context => Plain(context, step), config)
                : workflow.RegisterWithCompensation<Output>(
                    $"s{step}",
                    (context, _) =>
                        new(
                            (
                                Do(context, step),
                                new Output(step, step == _broken && Fault is Wrong.Unserialisable)
                            )
                        ),
                    (context, output, _) => Undo(context, output.Step),
                    config
                );
        }

        return workflow;
    }

    private string Begin(TaskContext context, int step)
    {
        if (context.Attempt <= _retries[step])
            throw new IOException("try again");
        if (step == _broken)
            Break(context);
        if (step == _broken && Fault is Wrong.Stray)
            return "nowhere";
        return step + 1 < _steps ? $"s{step + 1}" : "end";
    }

    private void Break(TaskContext context)
    {
        if (Fault is Wrong.Failure)
            throw new IOException("broken");
        if (Fault is Wrong.Cancel)
            _cancel.Cancel();
        if (Fault is not (Wrong.AttemptTimeout or Wrong.TotalTimeout))
            return;
        _time.Advance(s_second);
        context.CancellationToken.ThrowIfCancellationRequested();
    }

    private string Plain(TaskContext context, int step)
    {
        var next = Begin(context, step);
        _done[step] = true;
        return next;
    }

    private string Do(TaskContext context, int step)
    {
        var next = Begin(context, step);
        _ledger[context.EffectKey] = step;
        _done[step] = true;
        return next;
    }

    private ValueTask Undo(TaskContext context, int step)
    {
        Assert.EndsWith("/undo", context.EffectKey, StringComparison.Ordinal);
        if (_isStuck[step])
            throw new CanoException(CanoError.Generic($"stuck {step}"));
        _ledger.TryRemove(context.EffectKey[..^"/undo".Length], out _);
        return default;
    }

    /// <summary>What a step gives its compensation.</summary>
    private sealed record Output(int Step, bool IsHostile)
    {
        public int Sum => IsHostile ? throw new FormatException("This cannot be written down.") : Step;
    }
}
