using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Cano.Kernel;

namespace Cano;

/// <summary>The branches of a split under way: starts them under the bulkhead, tells the run of each that ended,
/// and after the verdict stops and awaits the rest.</summary>
/// <remarks>All but <see cref="Ended"/> is called by the run's loop alone.</remarks>
internal sealed class SplitRun<TState> : IDisposable
    where TState : notnull
{
    private readonly Channel<BranchNews<TState>> _news = Channel.CreateUnbounded<BranchNews<TState>>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true }
    );
    private readonly CancellationTokenSource _stop;
    private readonly Branch<TState>[] _branches;
    private readonly RunScope _scope;
    private readonly Node _node;
    private readonly Alarm? _alarm;
    private readonly long _visit;
    private readonly int _underWayMax;
    private int _startedCount;
    private int _endedCount;
    private bool _stopped;

    public SplitRun(RunScope scope, Node node, long visit, IReadOnlyList<ITask<TState>> tasks, SplitBody<TState> body, CancellationToken stop)
    {
        _scope = scope;
        _node = node;
        _visit = visit;
        Flow = ExecutionContext.Capture();
        _branches = new Branch<TState>[tasks.Count];
        for (var i = 0; i < _branches.Length; i++) _branches[i] = new Branch<TState>(this, tasks[i], i);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Token = _stop.Token;
        _underWayMax = body.Join.Bulkhead ?? _branches.Length;
        StartBranches();
        if (body.Join.Timeout is { } limit)
            _alarm = new Alarm(limit, scope.Options.Time, static split => ((SplitRun<TState>)split!).TimeIsUp(), this);
    }

    /// <summary>Signalled when the branches are to stop.</summary>
    public CancellationToken Token { get; }

    /// <summary>The context in which branches run, so that what flows with the caller reaches them.</summary>
    public ExecutionContext? Flow { get; }

    public RunOptions Options => _scope.Options;

    /// <summary>The split's state.</summary>
    public string State => _node.Name;

    public int Count => _branches.Length;

    public TaskContext ContextOf(int branch, int attempt, CancellationToken token)
    {
        var context = new TaskContext(_scope);
        context.BeginBranch(_node.Number, _visit, branch, attempt, token);
        return context;
    }

    /// <summary>A branch has ended; called from wherever it ran.</summary>
    public void Ended(Branch<TState> branch) => _news.Writer.TryWrite(new(branch));

    /// <summary>A branch failed and tries again; only observers want to know.</summary>
    public void Retrying(Branch<TState> branch, int attempt, TimeSpan delay)
    {
        if (_scope.Observation is not null) _news.Writer.TryWrite(new(branch, attempt, delay));
    }

    /// <summary>The verdict is certain: what still runs is told to stop and counts as cancelled.</summary>
    public void Stop()
    {
        if (_stopped) return;
        _stopped = true;
        Signal.Give(_stop, Options.Logger);
    }

    /// <summary>What happened, if anything has: a branch ended, the time is up, or after the verdict no branch runs
    /// any more.</summary>
    public bool TryNext([MaybeNullWhen(false)] out RunEvent happened)
    {
        // Not before the kernel has judged the branch that made the place.
        if (!_stopped) StartBranches();
        while (!(_stopped && _endedCount == _startedCount) && _news.Reader.TryRead(out var news))
        {
            if (news.FailedAttempt > 0) TellRetry(news);
            // What still ran at the verdict counts as cancelled, however it answers now.
            else if (_stopped) _endedCount += news.Branch is null ? 0 : 1;
            else
            {
                happened = news.Branch is { } branch ? Hear(branch) : RunEvent.NewSplitTimedOut(_visit);
                return true;
            }
        }

        happened = null;
        if (!_stopped || _endedCount < _startedCount) return false;
        TellCancelled();
        happened = RunEvent.NewSplitEnded(_visit, Result());
        return true;
    }

    /// <summary>Returns when <see cref="TryNext"/> may have something.</summary>
    public ValueTask<bool> WaitAsync() => _news.Reader.WaitToReadAsync(CancellationToken.None);

    public void Dispose()
    {
        _alarm?.Dispose();
        _stop.Dispose();
    }

    private RunEvent Hear(Branch<TState> branch)
    {
        _endedCount++;
        branch.IsCounted = true;
        // Before the verdict only the run's own stop can have signalled the token.
        var isStopped = branch.Error is not null && Token.IsCancellationRequested;
        _scope.Observation?.BranchEnded(_node.Name, branch.Name, branch.Index, isStopped ? Cancelled : branch.Error);
        return RunEvent.NewBranchEnded(_visit, branch.Error is null);
    }

    /// <summary>Starts as many branches as there are places.</summary>
    private void StartBranches()
    {
        while (_startedCount < _branches.Length && _startedCount - _endedCount < _underWayMax)
        {
            var branch = _branches[_startedCount++];
            _scope.Observation?.BranchStarted(_node.Name, branch.Name, branch.Index);
            Options.Dispatcher.Queue(branch);
        }
    }

    /// <summary>Every branch that was started has an end.</summary>
    private void TellCancelled()
    {
        if (_scope.Observation is not { } observation) return;
        foreach (var branch in _branches.Take(_startedCount).Where(branch => !branch.IsCounted))
            observation.BranchEnded(_node.Name, branch.Name, branch.Index, Cancelled);
    }

    private CanoError Cancelled => CanoError.Of(Fault.Cancelled).In(_node.Name);

    private void TellRetry(BranchNews<TState> news) =>
        _scope.Observation?.BranchRetries(_node.Name, news.Branch!.Name, news.Branch.Index, news.FailedAttempt, news.Delay);

    private void TimeIsUp() => _news.Writer.TryWrite(default);

    private SplitResult Result() =>
        new(
            Of(branch => branch is { IsCounted: true, Error: null }, branch => new BranchSuccess(branch.Index, branch.Name)),
            Of(branch => branch is { IsCounted: true, Error: not null }, branch => new BranchError(branch.Index, branch.Name, branch.Error!)),
            Of(branch => !branch.IsCounted, branch => new BranchCancelled(branch.Index, branch.Name))
        );

    private T[] Of<T>(Func<Branch<TState>, bool> accepts, Func<Branch<TState>, T> describe) =>
        [.. _branches.Where(accepts).Select(describe)];
}
