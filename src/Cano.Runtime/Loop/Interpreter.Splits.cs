using System.Diagnostics.CodeAnalysis;
using Cano.Kernel;
using Cano.Runtime.Steps.Splits;

namespace Cano.Runtime.Loop;

// Splits: how they begin, and what follows their ends.
internal sealed partial class Interpreter<TState>
{
    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.RunSplit(int state)
    {
        var node = Plan.Node(state);
        var body = (SplitBody<TState>)_workflow.BodyOf(state);
        try
        {
            _context.Begin(in _run, _stop.Token);
            if (body.Rules.Journaled)
                return await ListAsync(body).ConfigureAwait(false);
            var visit = await InGrace(body.VisitAsync(_context, _stop.Token)).ConfigureAwait(false);
            var beginning = new SplitBeginning(node, _run.Visit, body.Rules) { Carried = _run.Data };
            _split = new SplitRun<TState>(this, beginning, visit, _stop.Tokens);
            return RunEvent.NewAnswered(_run.Visit, Answer.NewBranchesStarted(_split.Count));
        }
        catch (Exception thrown)
        {
            return Failed(thrown, _run.Visit);
        }
    }

    private ValueTask<RunEvent> ListAsync(SplitBody<TState> body) =>
        ListAsync(() => InGrace(body.ListAsync(_context, _stop.Token)), timeout: null);

    private ValueTask<T> InGrace<T>(ValueTask<T> listing) =>
        listing.IsCompleted
            ? listing
            : Cancellation.StopGrace.AwaitAsync(listing, _context, Options, _stop.Tokens.Watch);

    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.RunBranches(int state)
    {
        try
        {
            _split ??= Branches(state);
        }
        catch (Exception thrown)
        {
            return Failed(thrown, _run.Visit);
        }

        return await NextOfSplitAsync().ConfigureAwait(false);
    }

    /// <summary>The journaled branches of the visit, as rows tell of them. None runs of a join that is
    /// decided.</summary>
    private SplitRun<TState> Branches(int state)
    {
        var body = (SplitBody<TState>)_workflow.BodyOf(state);
        var rows = DurableStateModule.FanOutOf(_run.Visit, _run.Durable)!;
        _context.Begin(in _run, _stop.Token);
        var beginning = new SplitBeginning(Plan.Node(state), _run.Visit, body.Rules)
        {
            Rows = rows,
            Carried = _run.Data,
        };
        var split = new SplitRun<TState>(this, beginning, body.Listed(rows, _context), _stop.Tokens);
        if (_run.Phase.IsJoining)
            split.Stop();
        return split;
    }

    private async ValueTask<RunEvent> NextOfSplitAsync()
    {
        RunEvent? next;
        while (!TryNext(out next))
            await _split!.WaitAsync().ConfigureAwait(false);
        return next;
    }

    /// <summary>The next answer of the split under way, if there is one already.</summary>
    private bool TryNext([MaybeNullWhen(false)] out RunEvent happened)
    {
        if (!_split!.TryNext(in _run, out happened))
            return false;
        if (happened is not RunEvent.Answered { Answer: Answer.SplitEnded end })
            return true;
        var choice = _split.Choice;
        _split.Dispose();
        _split = null;
        var body = (SplitBody<TState>)_workflow.BodyOf(_run.State);
        if (choice is not null)
            happened = Chosen(choice, end.Result);
        else if (
            _run.Phase is Phase.Joining { Verdict.IsMet: true }
            && body is TaskSplit<TState> { Join.Next: var following }
        )
            happened = Joined(following, end.Result) ?? happened;
        if (body.StoresPartialResults && !TryStore(end.Result, out var failure))
            happened = failure;
        return true;
    }

    /// <summary>What follows a join that is met, where it is more than the state's name; else null.</summary>
    private RunEvent? Joined(TState next, SplitResult result)
    {
        try
        {
            TryTarget(next, beside: 0, out var target);
            var answer =
                Unreturned(target.State)
                ?? (target.Data.IsNone ? null : Answer.NewSplitEnded(result, new SplitChoice(target, null)));
            return answer is null ? null : RunEvent.NewAnswered(_run.Visit, answer);
        }
        catch (CanoException unkept)
        {
            return ForGood(unkept);
        }
    }

    /// <summary>What follows by what the branches gave.</summary>
    private RunEvent Chosen(SplitChoosing<TState> choice, SplitResult result)
    {
        if (choice.Thrown is { } thrown)
            return Failed(thrown, _run.Visit);
        var (next, values) = choice.Chosen;
        try
        {
            if (!TryTarget(next, values?.Json.Length ?? 0, out var target))
                return Strayed(next, _run.Visit);
            var chosen = new SplitChoice(target, values);
            return RunEvent.NewAnswered(
                _run.Visit,
                Unreturned(target.State) ?? Answer.NewSplitEnded(result, chosen)
            );
        }
        catch (CanoException unkept)
        {
            return ForGood(unkept);
        }
    }

    private bool TryStore(SplitResult result, [NotNullWhen(false)] out RunEvent? failure)
    {
        failure = null;
        try
        {
            Resources.Get<MemoryStore>(Resources.StoreKey).Put("split_results", result);
        }
        catch (Exception thrown)
        {
            failure = Failed(thrown, _run.Visit);
        }

        return failure is null;
    }
}
