using Cano.Kernel;
using Cano.Runtime.Cancellation;

namespace Cano.Runtime.Steps.Splits;

// What follows when no branch runs any more.
internal sealed partial class SplitRun<TState>
{
    private SplitResult? _result;
    private bool _isChoosing;

    /// <summary>What has been chosen by what the branches gave; null as long as nothing was, and where the
    /// definition says what follows.</summary>
    public SplitChoosing<TState>? Choice { get; private set; }

    /// <summary>No branch runs any more. Null while what follows a met join is being chosen.</summary>
    private RunEvent? End(in Run run)
    {
        if (_result is null)
        {
            // Out of its time, a join that needed them has failed for them.
            TellUncounted(
                run.Phase is Phase.Joining joining && !(joining.TimedOut && joining.Verdict.IsUnreachable)
            );
            _result = _ends.Result(_work.Names);
            if (_work.Chooses && run.Phase is Phase.Joining { Verdict.IsMet: true })
                BeginChoosing(_result);
        }

        // Nothing but the choice is told any more.
        while (_isChoosing && Choice is null && _mailbox.Take() is { } message)
            Choice = message as SplitChoosing<TState>;
        return _isChoosing && Choice is null
            ? null
            : RunEvent.NewAnswered(_visit, Answer.NewSplitEnded(_result, null));
    }

    private void BeginChoosing(SplitResult result)
    {
        _isChoosing = true;
        var context = new TaskContext(_scope) { Carried = _carried };
        context.BeginChoosing(_node.Number, _visit, _runStop.Bodies);
        _ = ChooseAsync(context, result);
    }

    /// <summary>Never throws: a failure is the answer. The run's own stop cuts it off; that of the branches
    /// does not.</summary>
    private async Task ChooseAsync(TaskContext context, SplitResult result)
    {
        SplitChoosing<TState> choice;
        try
        {
            var choosing = _work.ChooseAsync(context, result, _runStop.Bodies);
            choice = new(
                await StopGrace.AwaitAsync(choosing, context, Options, _runStop.Watch).ConfigureAwait(false),
                null
            );
        }
        catch (Exception thrown)
        {
            choice = new(default, thrown);
        }

        _mailbox.Tell(choice);
    }

    /// <summary>Every branch that was started has an end: a decided join does not need it, or the run was
    /// stopped.</summary>
    private void TellUncounted(bool isDecided)
    {
        if (_scope.Observation is not { } observation)
            return;
        foreach (var index in Enumerable.Range(0, _startedCount).Select(IndexOf))
            if (_ends.AreCounted(index))
                continue;
            else if (isDecided)
                observation.BranchNotNeeded(_node.Name, _branches[index].Name, index);
            else
                observation.BranchEnded(_node.Name, _branches[index].Name, index, Cancelled);
    }
}
