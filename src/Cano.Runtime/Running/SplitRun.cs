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

    /// <summary>What happened, if anything has: a branch ended, the time is up, or after the verdict no branch runs
    /// any more.</summary>
    public bool TryNext(out RunEvent happened)
    {
        if (!_stopped && _ended.Reader.TryRead(out var next))
        {
            happened = next is null ? RunEvent.NewSplitTimedOut(_visit) : Hear(next);
            return true;
        }

        // What still ran at the verdict counts as cancelled, however it answers now.
        while (_stopped && _endedCount < _startedCount && _ended.Reader.TryRead(out var branch))
        {
            if (branch is not null) _endedCount++;
        }

        var isOver = _stopped && _endedCount == _startedCount;
        happened = isOver ? RunEvent.NewSplitEnded(_visit, Result()) : default;
        return isOver;
    }

    /// <summary>Returns when <see cref="TryNext"/> may have something.</summary>
    public ValueTask<bool> WaitAsync() => _ended.Reader.WaitToReadAsync(CancellationToken.None);

    public void Dispose()
    {
        _timer?.Dispose();
        _stop.Dispose();
    }

    private RunEvent Hear(Branch<TState> branch)
    {
        _endedCount++;
        branch.IsCounted = true;
        if (_startedCount < _branches.Length) StartNext();
        return RunEvent.NewBranchEnded(_visit, branch.Error is null);
    }

    private void StartNext() => Options.Dispatcher.Queue(_branches[_startedCount++]);

    private void TimeIsUp() => _ended.Writer.TryWrite(null);

    private SplitResult Result() =>
        new(
            Of(branch => branch is { IsCounted: true, Error: null }, branch => new BranchSuccess(branch.Index, branch.Name)),
            Of(branch => branch is { IsCounted: true, Error: not null }, branch => new BranchError(branch.Index, branch.Name, branch.Error!)),
            Of(branch => !branch.IsCounted, branch => new BranchCancelled(branch.Index, branch.Name))
        );

    private T[] Of<T>(Func<Branch<TState>, bool> accepts, Func<Branch<TState>, T> describe) =>
        [.. _branches.Where(accepts).Select(describe)];
}
