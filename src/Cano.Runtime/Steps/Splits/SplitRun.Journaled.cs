using Cano.Kernel;
using Cano.Runtime.Errors;

namespace Cano.Runtime.Steps.Splits;

// Journaled branches: a row tells of the end of each.
internal sealed partial class SplitRun<TState>
{
    /// <summary>The row of a branch's end comes next, and has what the branch wrote.</summary>
    public void Commit(int index) => _data?.Merge(index);

    /// <summary>Those whose ends no row tells of.</summary>
    private int[] Open(FanOut rows)
    {
        foreach (var ending in rows.Branches)
            _ends.Count(ending.Index, ending.Error);
        return [.. Enumerable.Range(0, _branches.Length).Where(index => !_ends.AreCounted(index))];
    }

    /// <summary>Whether a row is to tell of it. Of a run that is to rest the branches are told to stop, and
    /// those that end well all the same have ended.</summary>
    private bool IsHeard(Branch<TState> branch, in Run run) =>
        !_stopped || (branch.HasSucceeded && run.Phase.IsSplitting);

    private RunEvent Complete(Branch<TState> branch)
    {
        var value = Kept(branch);
        if (!_scope.IsJournaled)
            Commit(branch.Index);
        Note(branch);
        var ending = new BranchEnding(branch.Index, branch.Name, value, branch.Error);
        return RunEvent.NewAnswered(_visit, Answer.NewWokenBy(Fact.NewBranchCompleted(ending)));
    }

    /// <summary>What it gave, for its row. One whose value cannot be kept, or whose writes have no room, has
    /// failed.</summary>
    private StoredValue? Kept(Branch<TState> branch)
    {
        try
        {
            var value = branch.HasSucceeded
                ? _work.ValueOf(branch.Index, ContextOf(branch.Index, 1, Token))
                : null;
            _data?.RequireRoom(branch.Index);
            return value;
        }
        catch (Exception thrown)
        {
            branch.Fail(branch.Error ?? Faults.OfTask(thrown));
            _data?.Forget(branch.Index);
            return null;
        }
    }
}
