using System.Diagnostics.CodeAnalysis;
using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Data;
using Cano.Runtime.Scope;
using Cano.Runtime.Time;

namespace Cano.Runtime.Steps.Splits;

/// <summary>The branches of a split under way: starts them under the bulkhead, tells the run of each that
/// ended, and after the verdict stops and awaits the rest. None starts before the run has heard how many
/// there are: the verdict may be certain by then, or nobody want it.</summary>
/// <remarks>All but <see cref="Ended"/> and what starts a branch is called by the run's loop alone.</remarks>
internal sealed partial class SplitRun<TState> : IWorkItems, IDisposable
    where TState : notnull
{
    private readonly BranchMailbox _mailbox;
    private readonly LinkedStop _stop;
    private readonly ListedBranch<TState>[] _branches;
    private readonly BranchEnds _ends;

    /// <summary>Those that have not ended before this process began; null when that is all of them.</summary>
    private readonly int[]? _open;
    private readonly WorkQueue _queue;
    private readonly RunScope _scope;
    private readonly Node _node;
    private readonly SplitRules _join;
    private readonly FanOut? _rows;
    private readonly StateData _carried;
    private readonly BranchesData? _data;
    private readonly SplitVisit<TState> _work;
    private readonly StopTokens _runStop;
    private readonly long _visit;
    private readonly int _underWayMax;
    private Alarm? _alarm;
    private int _startedCount;
    private int _endedCount;
    private bool _stopped;

    public SplitRun(RunScope scope, SplitBeginning beginning, SplitVisit<TState> work, StopTokens stop)
    {
        _scope = scope;
        (_node, _visit, _join) = beginning;
        _rows = beginning.Rows;
        _carried = beginning.Carried;
        _work = work;
        _runStop = stop;
        _mailbox = new BranchMailbox(scope.Options.Dispatcher);
        _branches = work.Branches;
        _ends = new BranchEnds(_branches.Length);
        _open = _rows is null ? null : Open(_rows);
        if (_rows is not null && scope.Resources.FindStore()?.DurableValues is { } data)
            _data = new(data, _visit, _branches.Length);
        (_isQuiet, _isFailureLast) = Quiet();
        _stop = new LinkedStop(stop, scope.Options);
        Tokens = _stop.Tokens;
        _queue = new WorkQueue(this, scope.Options.Dispatcher);
        _underWayMax = _join.Bulkhead ?? OpenCount;
    }

    /// <summary>Signalled when the branches are to stop.</summary>
    public StopTokens Tokens { get; }

    /// <summary>What branches get.</summary>
    public CancellationToken Token => Tokens.Bodies;

    public RunOptions Options => _scope.Options;

    /// <summary>The split's state.</summary>
    public string State => _node.Name;

    public int Count => _branches.Length;

    private int OpenCount => _open?.Length ?? _branches.Length;

    public ListedBranch<TState> Listed(int index) => _branches[index];

    public TaskContext ContextOf(int branch, int attempt, CancellationToken token)
    {
        var context = new TaskContext(_scope) { View = _data?.ViewOf(branch), Carried = _carried };
        context.BeginBranch(_node.Number, _visit, (branch, _branches[branch].Name), attempt, token);
        return context;
    }

    bool IWorkItems.Start(int index) =>
        Branch<TState>.RunAsync(this, IndexOf(index)) is { IsCompletedSuccessfully: true, Result: true };

    /// <summary>The place among all branches of one that is to be run.</summary>
    private int IndexOf(int open) => _open is null ? open : _open[open];

    /// <summary>A branch failed and tries again; only observers want to know.</summary>
    public void Retrying(Branch<TState> branch, int attempt, TimeSpan delay, CanoError error)
    {
        if (_scope.Observation is not null)
            _mailbox.Tell(new BranchRetries<TState>(branch, attempt, delay, error));
    }

    /// <summary>The verdict is certain: what still runs is told to stop and counts as cancelled.</summary>
    public void Stop()
    {
        if (_stopped)
            return;
        _stopped = true;
        if (_endedCount == _startedCount)
            return;
        // Not on the loop: a branch may have left a callback that blocks.
        _stop.SignalBeside();
    }

    /// <summary>What happened, if anything has: branches ended, the time is up, or after the verdict no
    /// branch runs any more.</summary>
    /// <param name="run">The run.</param>
    /// <param name="happened">The run's next event.</param>
    public bool TryNext(in Run run, [MaybeNullWhen(false)] out RunEvent happened)
    {
        // Not before the kernel has judged how many there are, and the branch that made a place.
        if (!_stopped)
            StartBranches();
        while (!(_stopped && _endedCount == _startedCount) && _mailbox.Take() is { } message)
        {
            if (_isQuiet && !_stopped && HearQuiet(message) is { } heard)
            {
                happened = heard;
                return true;
            }

            switch (message)
            {
                case BranchesHaveEnded:
                    _endedCount = _startedCount;
                    break;
                case BranchRetries<TState> retry:
                    TellRetry(retry);
                    break;
                case Branch<TState> branch when HearEnded(branch, in run) is { } ended:
                    happened = ended;
                    return true;
                case SplitTimeIsUp when !_stopped:
                    happened = RunEvent.NewAnswered(_visit, Answer.SplitTimedOut);
                    return true;
            }
        }

        happened = _stopped && _endedCount == _startedCount ? End(in run) : null;
        return happened is not null;
    }

    /// <summary>Returns when <see cref="TryNext"/> may have something.</summary>
    public ValueTask WaitAsync() => _mailbox.WaitAsync();

    public void Dispose()
    {
        _alarm?.Dispose();
        _stop.Dispose();
    }

    /// <summary>A branch has ended; null when that tells the run nothing.</summary>
    private RunEvent? HearEnded(Branch<TState> branch, in Run run)
    {
        if (_rows is not null)
        {
            _endedCount++;
            return IsHeard(branch, in run) ? Complete(branch) : null;
        }

        var count = TakeAlike(branch);
        _endedCount += count;
        // What still ran at the verdict counts as cancelled, however it answers now.
        return _stopped
            ? null
            : Hear(
                branch,
                Join.Counted(_join.Strategy, _join.WaitsForAll, run.Tally, branch.HasSucceeded, count)
            );
    }

    /// <summary>Takes a branch's followers among the messages as far as they ended like it; how many they are
    /// with it.</summary>
    /// <remarks>An observer may ask the run to stop, which is to be noticed before the next branch.</remarks>
    private int TakeAlike(Branch<TState> first)
    {
        var count = 1;
        if (_scope.Observation is not null)
            return count;
        for (
            var last = first;
            last.Next is Branch<TState> next && next.HasSucceeded == first.HasSucceeded;
            last = next
        )
        {
            _mailbox.Take();
            count++;
        }

        return count;
    }

    /// <summary>Notes that a branch and its followers among the messages ended before the verdict; so many in
    /// all.</summary>
    private RunEvent Hear(Branch<TState> first, int count)
    {
        BranchMessage? message = first;
        for (var i = 0; i < count; i++)
        {
            var branch = (Branch<TState>)message!;
            message = branch.Next;
            Note(branch);
        }

        return RunEvent.NewAnswered(_visit, Answer.NewBranchesEnded(first.HasSucceeded, count));
    }

    /// <summary>It ended before the verdict.</summary>
    private void Note(Branch<TState> branch)
    {
        _ends.Count(branch.Index, branch.Error);
        // Before the verdict only the run's own stop can have signalled the token.
        var isStopped = branch.Error is not null && Tokens.AreSignalled;
        if (branch.IsRefused && !isStopped)
            _scope.Observation?.BranchRefused(_node.Name, branch.Name, branch.Index);
        _scope.Observation?.BranchEnded(
            _node.Name,
            branch.Name,
            branch.Index,
            isStopped ? Cancelled : branch.Error
        );
    }

    /// <summary>Starts as many branches as there are places. The split's time begins with the
    /// first.</summary>
    private void StartBranches()
    {
        var count = _endedCount + Math.Min(OpenCount - _endedCount, _underWayMax);
        if (count == _startedCount)
            return;
        if (_scope.Observation is { } observation)
        {
            for (var i = _startedCount; i < count; i++)
                observation.BranchStarted(_node.Name, _branches[IndexOf(i)].Name, IndexOf(i));
        }

        _startedCount = count;
        _runningCount = count;
        _queue.Admit(count);
        if (_join.Timeout is { } limit)
            _alarm ??= AlarmAfter(limit);
    }

    private Alarm? AlarmAfter(TimeSpan limit)
    {
        try
        {
            return new Alarm(
                limit,
                Options.Time,
                static split => ((SplitRun<TState>)split!).TimeIsUp(),
                this
            );
        }
        catch (Exception)
        {
            // A clock that throws measures no time.
            TimeIsUp();
            return null;
        }
    }

    private CanoError Cancelled => CanoError.Of(Fault.Cancelled).In(_node.Name);

    private void TellRetry(BranchRetries<TState> retry) =>
        _scope.Observation?.BranchRetries(
            _node.Name,
            (retry.Branch.Name, retry.Branch.Index),
            retry.FailedAttempt,
            retry.Delay,
            retry.Error
        );

    private void TimeIsUp()
    {
        _isDecided = true;
        _mailbox.Tell(new SplitTimeIsUp());
    }
}
