using Cano.Kernel;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Steps.Splits;

// How the loop hears of branches that have ended. Each tells it by itself, unless the split is quiet: then
// those that succeed leave a mark, and the last of all tells.
internal sealed partial class SplitRun<TState>
{
    /// <summary>Whether no success can decide the join but that of the last branch to end, and nobody waits
    /// for a single one: no observer, no place under a bulkhead, no row.</summary>
    private readonly bool _isQuiet;

    /// <summary>Whether the first failure decides the join of a quiet split.</summary>
    private readonly bool _isFailureLast;

    /// <summary>Of a quiet split, those that have been started and not counted off.</summary>
    private int _runningCount;

    /// <summary>A failure, or the time, has decided the join of a quiet split: who succeeds now comes too
    /// late.</summary>
    private volatile bool _isDecided;

    private (bool IsQuiet, bool IsFailureLast) Quiet()
    {
        if (_rows is not null || _join.Bulkhead is not null || _scope.Observation is not null || Count == 0)
            return (false, false);
        return (
            Verdict(new Tally(Count, Count - 1, 0)).IsWaiting,
            !Verdict(new Tally(Count, 0, 1)).IsWaiting
        );
    }

    private Verdict Verdict(Tally tally) => Join.Verdict(_join.Strategy, _join.WaitsForAll, tally);

    /// <summary>A branch has succeeded with its first attempt; called from wherever it ran. True when it is
    /// to be told of with others of its turn.</summary>
    public bool Succeeded(int index, bool isAtOnce)
    {
        if (!_isQuiet)
        {
            _mailbox.Tell(new Branch<TState>(this, index));
            return false;
        }

        Leave(index);
        if (!isAtOnce)
            CountOff();
        return isAtOnce;
    }

    /// <summary>A branch has ended that was not done at once; called from wherever it ran.</summary>
    public void Ended(Branch<TState> branch)
    {
        if (!_isQuiet)
        {
            _mailbox.Tell(branch);
            return;
        }

        if (branch.HasSucceeded)
            Leave(branch.Index);
        else
        {
            if (_isFailureLast)
                _isDecided = true;
            _mailbox.Tell(branch);
        }

        CountOff();
    }

    /// <summary>So many branches of one turn of the pool succeeded at once. The turn is over: who is the last
    /// takes the loop on.</summary>
    void IWorkItems.Ended(int count)
    {
        if (Interlocked.Add(ref _runningCount, -count) == 0)
            _mailbox.TellHere(new BranchesHaveEnded());
    }

    private void CountOff()
    {
        if (Interlocked.Decrement(ref _runningCount) == 0)
            _mailbox.Tell(new BranchesHaveEnded());
    }

    private void Leave(int index)
    {
        if (!_isDecided)
            _ends.HasSucceeded(index);
    }

    /// <summary>Those that succeeded before something that may decide the join; null when there are none, or
    /// it decides nothing.</summary>
    private RunEvent? HearQuiet(BranchMessage message)
    {
        if (message is Branch<TState> && !_isFailureLast)
            return null;
        var count = _ends.CountMarked();
        if (message is BranchesHaveEnded)
            _endedCount = _startedCount;
        else
            _endedCount += count;
        if (count == 0)
            return null;
        if (message is not BranchesHaveEnded)
            _mailbox.PutBack(message);
        return RunEvent.NewAnswered(_visit, Answer.NewBranchesEnded(succeeded: true, count));
    }
}
