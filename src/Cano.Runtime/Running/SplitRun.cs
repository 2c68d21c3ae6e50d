using Cano.Kernel;

namespace Cano;

/// <summary>The branches of a split under way: starts them under the bulkhead, tells the run of each that ended,
/// and after the verdict stops and awaits the rest.</summary>
/// <remarks>All but <see cref="Ended"/> is called by the run's loop alone.</remarks>
internal sealed class SplitRun<TState> : IDisposable
    where TState : notnull
{
    private readonly SplitInbox _inbox;
    private readonly CancellationTokenSource _stop;
    private readonly Branch<TState>[] _branches;
    private readonly BranchStarter<TState> _starter;
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
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Token = _stop.Token;
        _inbox = new SplitInbox(scope.Options.Dispatcher);
        _branches = new Branch<TState>[tasks.Count];
        for (var i = 0; i < _branches.Length; i++) _branches[i] = new Branch<TState>(this, tasks[i], i);
        _starter = new BranchStarter<TState>(_branches, scope.Options.Dispatcher);
        _underWayMax = body.Join.Bulkhead ?? _branches.Length;
        StartBranches();
        if (body.Join.Timeout is { } limit)
            _alarm = new Alarm(limit, scope.Options.Time, static split => ((SplitRun<TState>)split!).TimeIsUp(), this);
    }

    /// <summary>Signalled when the branches are to stop.</summary>
    public CancellationToken Token { get; }

    public RunOptions Options => _scope.Options;

    /// <summary>The split's state.</summary>
    public string State => _node.Name;

    public int Count => _branches.Length;

    public TaskContext ContextOf(int branch, int attempt, CancellationToken token)
    {
        var context = new TaskContext(_scope);
        context.BeginBranch(_node, _visit, branch, attempt, token);
        return context;
    }

    /// <summary>A branch has ended; called from wherever it ran.</summary>
    public void Ended(Branch<TState> branch) => _inbox.Tell(branch);

    /// <summary>A branch failed and tries again; only observers want to know.</summary>
    public void Retrying(Branch<TState> branch, int attempt, TimeSpan delay)
    {
        if (_scope.Observation is not null) _inbox.Tell(new BranchRetries<TState>(branch, attempt, delay));
    }

    /// <summary>The verdict is certain: what still runs is told to stop and counts as cancelled.</summary>
    public void Stop()
    {
        if (_stopped) return;
        _stopped = true;
        _stop.Cancel();
    }

    /// <summary>What happened, if anything has: a branch ended, the time is up, or after the verdict no branch runs
    /// any more.</summary>
    public bool TryNext(out RunEvent happened)
    {
        // Not before the kernel has judged the branch that made the place.
        if (!_stopped) StartBranches();
        while (!(_stopped && _endedCount == _startedCount) && _inbox.Take() is { } news)
        {
            var branch = news as Branch<TState>;
            if (branch is not null) _endedCount++;
            if (news is BranchRetries<TState> retry) TellRetry(retry);
            // What still ran at the verdict counts as cancelled, however it answers now.
            else if (!_stopped)
            {
                happened = branch is null ? RunEvent.NewSplitTimedOut(_visit) : Hear(branch);
                return true;
            }
        }

        happened = default;
        if (!_stopped || _endedCount < _startedCount) return false;
        TellCancelled();
        happened = RunEvent.NewSplitEnded(_visit, Result());
        return true;
    }

    /// <summary>Returns when <see cref="TryNext"/> may have something.</summary>
    public ValueTask WaitAsync() => _inbox.WaitAsync();

    public void Dispose()
    {
        _alarm?.Dispose();
        _stop.Dispose();
    }

    private RunEvent Hear(Branch<TState> branch)
    {
        branch.IsCounted = true;
        // Before the verdict only the run's own stop can have signalled the token.
        var isStopped = branch.Error is not null && Token.IsCancellationRequested;
        _scope.Observation?.BranchEnded(_node.Name, branch.Name, branch.Index, isStopped ? Cancelled : branch.Error);
        return RunEvent.NewBranchEnded(_visit, branch.Error is null);
    }

    /// <summary>Starts as many branches as there are places.</summary>
    private void StartBranches()
    {
        var count = _endedCount + Math.Min(_branches.Length - _endedCount, _underWayMax);
        if (count == _startedCount) return;
        if (_scope.Observation is { } observation)
        {
            foreach (var branch in _branches.AsSpan(_startedCount..count))
                observation.BranchStarted(_node.Name, branch.Name, branch.Index);
        }

        _startedCount = count;
        _starter.Admit(count);
    }

    /// <summary>Every branch that was started has an end.</summary>
    private void TellCancelled()
    {
        if (_scope.Observation is not { } observation) return;
        foreach (var branch in _branches.Take(_startedCount).Where(branch => !branch.IsCounted))
            observation.BranchEnded(_node.Name, branch.Name, branch.Index, Cancelled);
    }

    private CanoError Cancelled => CanoError.Of(Fault.Cancelled).In(_node.Name);

    private void TellRetry(BranchRetries<TState> retry) =>
        _scope.Observation?.BranchRetries(_node.Name, retry.Branch.Name, retry.Branch.Index, retry.FailedAttempt, retry.Delay);

    private void TimeIsUp() => _inbox.Tell(new SplitTimeIsUp());

    private SplitResult Result() =>
        new(
            Of(branch => branch is { IsCounted: true, Error: null }, branch => new BranchSuccess(branch.Index, branch.Name)),
            Of(branch => branch is { IsCounted: true, Error: not null }, branch => new BranchError(branch.Index, branch.Name, branch.Error!)),
            Of(branch => !branch.IsCounted, branch => new BranchCancelled(branch.Index, branch.Name))
        );

    private T[] Of<T>(Func<Branch<TState>, bool> accepts, Func<Branch<TState>, T> describe) =>
        [.. _branches.Where(accepts).Select(describe)];
}
