using Cano.Kernel;
using Cano.Runtime.Errors;
using Cano.Runtime.Steps.Singles;

namespace Cano.Runtime.Loop;

// The path on which nothing is allocated: from plain task to plain task.
internal sealed partial class Interpreter<TState>
{
    /// <summary>Runs plain tasks for as long as they answer at once with a state, and only the kernel asks
    /// for it. Returns what was started last; `answered` is what came of it, `body` what it waits for, if
    /// anything.</summary>
    /// <remarks>The run stays on the stack here. Its address goes to nobody but the walk and the kernel's
    /// inlined decision, so that its fields need not be written down and read again.</remarks>
    private Effect AdvanceThroughTasks(Effect start, out RunEvent? answered, out ValueTask<TState>? body)
    {
        answered = null;
        body = null;
        if (!start.IsRunTask)
            return start;
        var run = _run;
        while (start.IsRunTask && _workflow.BodyOf(run.State) is TaskBody<TState> plain)
        {
            if (Walk(plain, ref run, out var chosen) is { } unanswered)
            {
                _run = run;
                // Read, not awaited: throwing it once more costs microseconds.
                if (unanswered.IsFaulted)
                    answered = Failed(Faults.Behind(unanswered.AsTask()), run.Visit);
                else
                    body = unanswered;
                return Plan.Node(run.State).Begin;
            }

            if (
                !_workflow.TryNumber(run.State, chosen, out var next)
                || IsWatched
                || _workflow.MustReturn(next)
                || !TryCarry(next, chosen!, out var target)
            )
            {
                _run = run;
                answered = Answered(chosen!);
                return Plan.Node(run.State).Begin;
            }

            start = TryArrive(ref run, target) ?? Take(ref run, Reducer.Succeeded(Plan, in run, target));
        }

        _run = run;
        return start;
    }

    /// <summary>What the run takes along to a state; false when that cannot be kept, which the slower way
    /// tells.</summary>
    private bool TryCarry(int next, TState chosen, out Target target)
    {
        if (!_workflow.Carries(next))
        {
            target = Target.Of(next);
            return true;
        }

        try
        {
            target = _workflow.To(next, chosen, isKept: IsJournaled);
            return true;
        }
        catch (CanoException)
        {
            target = default;
            return false;
        }
    }

    /// <summary>Comes to the next task behind a row, where the row is all that comes between and the store
    /// has it at once. Else null: the kernel is asked step by step, and takes what became of a row that was
    /// handed over.</summary>
    private Effect? TryArrive(ref Run run, in Target next)
    {
        if (_journal is null || Reducer.Arriving(Plan, in run, next, out var behind) is not { } row)
            return null;
        var appending = Appending(run.Durable, row, Durability.Durable);
        if (!appending.IsCompletedSuccessfully || IsWatched)
            return null;
        appending.GetAwaiter().GetResult();
        _path.Add(next.State);
        run = behind;
        return Plan.Node(next.State).Begin;
    }

    /// <summary>Runs a task, and those that its choice and theirs lead to, for as long as they answer at once
    /// and nothing of the run but its state and its visit changes. Gives the answer of the last of them
    /// unless it has `chosen`.</summary>
    private ValueTask<TState>? Walk(TaskBody<TState> body, ref Run run, out TState? chosen)
    {
        chosen = default;
        var workflow = _workflow;
        var (at, visit) = (run.State, run.Visit);
        try
        {
            var answer = Attempt(body, in run);
            while (answer.IsCompletedSuccessfully)
            {
                chosen = answer.Result;
                if (
                    !workflow.TryNumber(at, chosen, out var next)
                    || workflow.WalkedBy(next) is not { } task
                    || IsWatched
                    || !Reducer.Walks(Plan, in run, at, next)
                )
                    return null;
                _path.Add(next);
                at = next;
                _context.BeginNext(at, ++visit);
                answer = task.RunAsync(_context, _stop.Token);
            }

            // The first one has it already.
            return visit == run.Visit ? answer : InGrace(answer);
        }
        catch (Exception thrown)
        {
            return ValueTask.FromException<TState>(thrown);
        }
        finally
        {
            if (visit != run.Visit)
                run = Reducer.Walked(Plan, in run, at, visit);
        }
    }
}
