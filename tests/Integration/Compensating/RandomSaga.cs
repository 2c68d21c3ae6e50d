using System.Collections.Concurrent;
using Cano.Testing;

namespace Cano.Integration.Compensating;

/// <summary>A saga drawn from a seed: its length, what goes wrong and where, retries, and crashes of its store. Steps
/// enter an amount under their effect key in a ledger, and compensations take it out again.</summary>
internal sealed class RandomSaga
{
    private readonly ConcurrentDictionary<string, int> _ledger = new();
    private readonly MemoryCheckpointStore _store = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly Random _random;
    private readonly Wrong _wrong;
    private readonly int _steps;
    private readonly int _broken;
    private readonly bool[] _isPlain;
    private readonly bool[] _isStuck;
    private readonly int[] _retries;
    private int _crashes;

    public RandomSaga(int seed, bool isDirty)
    {
        _random = new Random(seed);
        _steps = _random.Next(2, 9);
        _wrong = (Wrong)_random.Next(4);
        _broken = _random.Next(_steps);
        _crashes = _random.Next(3);
        _isPlain = Draw(_ => _random.Next(6) == 0);
        // What a stray step did is undone at once; that a rollback is dirty is drawn for the others.
        _isStuck = Draw(step => isDirty && _random.Next(3) == 0 && !(_wrong == Wrong.Stray && step == _broken));
        _retries = Draw(_ => _random.Next(3) == 0 ? _random.Next(1, 4) : 0);
    }

    private enum Wrong
    {
        Nothing,
        Failure,
        Cancel,
        Stray,
    }

    /// <summary>How the run ended: null when it completed.</summary>
    public CanoError? Error { get; private set; }

    public int CrashCount { get; private set; }

    /// <summary>Runs it, and resumes it for as long as its store dies; then looks at what is left.</summary>
    public async Task CheckAsync()
    {
        var workflow = Workflow();
        var store = Mortal();
        Error = ErrorOf(await workflow.WithCheckpointStore(store).TryOrchestrateAsync("s0", "run", _cancel.Token));
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
        }

        _cancel.Dispose();
        await AssertLeftAsync();
    }

    private static CanoError? ErrorOf(LanguageExt.Either<CanoError, string> answer)
    {
        CanoError? error = null;
        answer.IfLeft(left => { error = left; });
        return error;
    }

    private async Task AssertLeftAsync()
    {
        var rows = await _store.LoadRunAsync("run");
        var left = _ledger.Values.Order();
        if (Error is null)
        {
            // A cancel of the first call is forgotten when that call dies with its store.
            Assert.True(_wrong == Wrong.Nothing || (IsCancel && CrashCount > 0), $"{_wrong} completed");
            Assert.Equal(Compensatable(_steps), left);
            Assert.Empty(rows);
            return;
        }

        Assert.NotEqual(Wrong.Nothing, _wrong);
        var original = Error.Errors is [var first, ..] ? first : Error;
        Assert.Equal(Expected, original.Category);
        var stuck = Compensatable(Completed).Where(step => _isStuck[step]).ToArray();
        Assert.Equal(stuck, left);
        Assert.Equal(stuck.Reverse().Select(step => $"stuck {step}"), Error.Errors.Skip(1).Select(one => one.Message));
        var hasUndone = Compensatable(Completed).Any();
        Assert.Equal(hasUndone && stuck.Length == 0, rows.Count == 0);
    }

    private string Expected =>
        _wrong switch
        {
            Wrong.Cancel => "cancelled",
            Wrong.Stray => "workflow",
            _ => _retries[_broken] > 0 ? "retry_exhausted" : "task_execution",
        };

    private bool IsCancel => _wrong == Wrong.Cancel;

    /// <summary>How many steps were completed before what went wrong.</summary>
    private int Completed => _wrong is Wrong.Failure or Wrong.Stray ? _broken : _broken + 1;

    private IEnumerable<int> Compensatable(int count) => Enumerable.Range(0, count).Where(step => !_isPlain[step]);

    private T[] Draw<T>(Func<int, T> draw) => [.. Enumerable.Range(0, _steps).Select(draw)];

    private ICheckpointStore Mortal() =>
        _crashes-- > 0
            ? new CrashingCheckpointStore(_store, _random.Next(1, AppendsMax()), (CrashPoint)_random.Next(2))
            : _store;

    /// <summary>A resumed run has fewer rows to write, and shall die at one of them too.</summary>
    private int AppendsMax() => CrashCount == 0 ? 3 * _steps + 4 : _steps + 2;

    private Workflow<string> Workflow()
    {
        var workflow = Cano.Workflow.Bare<string>().AddExitState("end");
        for (var i = 0; i < _steps; i++)
        {
            var step = i;
            var config = TaskConfig.Minimal.WithFixedRetry(_retries[step], TimeSpan.Zero);
            workflow = _isPlain[step]
                ? workflow.Register($"s{step}", context => Begin(context, step), config)
                : workflow.RegisterWithCompensation<int>(
                    $"s{step}",
                    (context, _) => new((Do(context, step), step)),
                    (context, output, _) => Undo(context, output),
                    config
                );
        }

        return workflow;
    }

    private string Begin(TaskContext context, int step)
    {
        if (context.Attempt <= _retries[step]) throw new IOException("try again");
        if (step == _broken && _wrong == Wrong.Failure) throw new IOException("broken");
        if (step == _broken && IsCancel) _cancel.Cancel();
        if (step == _broken && _wrong == Wrong.Stray) return "nowhere";
        return step + 1 < _steps ? $"s{step + 1}" : "end";
    }

    private string Do(TaskContext context, int step)
    {
        var next = Begin(context, step);
        _ledger[context.EffectKey] = step;
        return next;
    }

    private ValueTask Undo(TaskContext context, int step)
    {
        Assert.EndsWith("/undo", context.EffectKey, StringComparison.Ordinal);
        if (_isStuck[step]) throw new CanoException(CanoError.Generic($"stuck {step}"));
        _ledger.TryRemove(context.EffectKey[..^"/undo".Length], out _);
        return default;
    }
}
