using System.Threading.Channels;
using Cano.Kernel;

namespace Cano;

/// <summary>The branches of a split under way: starts them under the bulkhead, tells the run of each that ended,
/// and after the verdict stops and awaits the rest.</summary>
/// <remarks>All but <see cref="Ended"/> is called by the run's loop alone.</remarks>
internal sealed class SplitRun<TState> : IDisposable
    where TState : notnull
{
    private readonly Channel<Branch<TState>?> _ended = Channel.CreateUnbounded<Branch<TState>?>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true }
    );
    private readonly CancellationTokenSource _stop;
    private readonly Branch<TState>[] _branches;
    private readonly bool[] _counted;
    private readonly RunScope _scope;
    private readonly Node _node;
    private readonly ITimer? _timer;
    private readonly long _visit;
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
        Flow = ExecutionContext.Capture();
        _branches = [.. tasks.Select((task, index) => new Branch<TState>(this, task, index))];
        _counted = new bool[_branches.Length];
        var first = Math.Min(body.Join.Bulkhead ?? _branches.Length, _branches.Length);
        while (_startedCount < first) StartNext();
        if (body.Join.Timeout is { } limit)
            _timer = scope.Options.Time.CreateTimer(static split => ((SplitRun<TState>)split!).TimeIsUp(), this, limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Signalled when the branches are to stop.</summary>
    public CancellationToken Token { get; }

    /// <summary>The context in which branches run, so that what flows with the caller reaches them.</summary>
    public ExecutionContext? Flow { get; }

    public RunOptions Options => _scope.Options;

    public int Count => _branches.Length;

    public TaskContext ContextOf(int branch, int attempt, CancellationToken token)
    {
        var context = new TaskContext(_scope);
        context.BeginBranch(_node, _visit, branch, attempt, token);
        return context;
    }

    /// <summary>A branch has ended; called from wherever it ran.</summary>
    public void Ended(Branch<TState> branch) => _ended.Writer.TryWrite(branch);

    /// <summary>The verdict is certain: what still runs is told to stop and counts as cancelled.</summary>
    public void Stop()
    {
        if (_stopped) return;
        _stopped = true;
        _stop.Cancel();
    }

    /// <summary>What happens next: a branch ends, the time is up, or no branch runs any more after the verdict.</summary>
    public async ValueTask<RunEvent> NextAsync()
    {
        while (true)
        {
            if (_stopped && _endedCount == _startedCount) return RunEvent.NewSplitEnded(_visit, Result());
            if (!_ended.Reader.TryRead(out var branch))
            {
                await _ended.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false);
                continue;
            }

            if (branch is not null) _endedCount++;
            if (_stopped) continue;
            if (branch is null) return RunEvent.NewSplitTimedOut(_visit);
            _counted[branch.Index] = true;
            if (_startedCount < _branches.Length) StartNext();
            return RunEvent.NewBranchEnded(_visit, branch.Error is null);
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _stop.Dispose();
    }

    private void StartNext() => Options.Dispatcher.Queue(_branches[_startedCount++]);

    private void TimeIsUp() => _ended.Writer.TryWrite(null);

    private SplitResult Result()
    {
        var successes = new List<BranchSuccess>();
        var errors = new List<BranchError>();
        var cancelled = new List<BranchCancelled>();
        foreach (var branch in _branches)
        {
            if (!_counted[branch.Index]) cancelled.Add(new BranchCancelled(branch.Index, branch.Name));
            else if (branch.Error is { } error) errors.Add(new BranchError(branch.Index, branch.Name, error));
            else successes.Add(new BranchSuccess(branch.Index, branch.Name));
        }

        return new SplitResult(successes.ToArray(), errors.ToArray(), cancelled.ToArray());
    }
}
