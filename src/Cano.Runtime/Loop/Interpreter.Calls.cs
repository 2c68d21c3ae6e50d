using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Resilience;
using Cano.Runtime.Steps.Singles;

namespace Cano.Runtime.Loop;

// How bodies are called, and their answers told to the kernel.
internal sealed partial class Interpreter<TState>
{
    public override ValueTask<T> CallAsync<T>(
        AttemptRules rules,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    ) => CallAsync(rules, _run, body);

    public override async ValueTask<T> CallStepAsync<T>(
        AttemptRules rules,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    ) =>
        await CallAsync(
                rules,
                _run,
                (context, cancel) =>
                {
                    context.BeginStep(in _run, cancel);
                    return body(context, cancel);
                }
            )
            .ConfigureAwait(false);

    public override async ValueTask<T> CallToTheEndAsync<T>(
        AttemptRules rules,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    )
    {
        using var time = new AttemptLimit(rules.Limit, Options, default);
        _context.Begin(in _run, time.Token);
        try
        {
            return await rules
                .GuardAsync(_stop.Tokens, () => body(_context, time.Token))
                .ConfigureAwait(false);
        }
        catch (Exception thrown) when (time.HasPassed && thrown is not RefusedException)
        {
            throw new CanoException(Faults.ForwardTimeout(Plan.Node(_run.State).Task), thrown);
        }
    }

    public override async ValueTask<T> CallInGraceAsync<T>(
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    )
    {
        using var time = new AttemptLimit(StopGrace, Options, default);
        _context.BeginStep(in _run, time.Token);
        try
        {
            return await Cancellation
                .StopGrace.AwaitAsync(body(_context, time.Token), _context, Options, time.Tokens.Watch)
                .ConfigureAwait(false);
        }
        catch (AbandonedException thrown)
        {
            RenewAfter(thrown);
            throw;
        }
        catch (OperationCanceledException) when (time.HasPassed)
        {
            throw new AbandonedException(_context, StopGrace);
        }
    }

    public override TaskContext NewContext()
    {
        var context = new TaskContext(this);
        context.BeginStep(in _run, _stop.Token);
        return context;
    }

    public override CanoError Faulted(Exception thrown)
    {
        RenewAfter(thrown);
        OptionalState.Thrown = (
            thrown is CanoException { InnerException: var inner } ? inner : thrown,
            _run.Visit,
            _run.Attempt
        );
        return Faults.OfTask(thrown);
    }

    public override RunEvent Refused()
    {
        if (_optionalState is { } optional)
            optional.Thrown = null;
        return RunEvent.NewAnswered(_run.Visit, Answer.Refused);
    }

    public override RunEvent Stopped() => Failed(new OperationCanceledException(_stop.Token), _run.Visit);

    public override RunEvent Answered(TState next) => Answered(next, _run.Visit);

    public override bool TryTarget(TState state, long beside, out Target target)
    {
        target = default;
        if (!_workflow.TryNumber(state, out var number))
            return false;
        target = _workflow.To(number, state, isKept: IsJournaled);
        return target.Data.Length + beside <= RowLimits.Payload
            ? true
            : throw new CanoException(
                CanoError.Of(
                    Fault.NewGeneric(
                        $"what state '{Plan.NameOf(number)}' carries and what goes to it beside have "
                            + $"{target.Data.Length + beside} bytes; a journal takes {RowLimits.Payload}: keep large data "
                            + "elsewhere and give a reference to it"
                    )
                )
            );
    }

    public override CanoError Unknown(TState state) =>
        CanoError.Of(Fault.NewWorkflow(Check.UnknownNext(_workflow.NameOf(state))));

    public override object StateOf(int number, in StateData data) => _workflow.StateOf(number, in data);

    private ValueTask<TState> Attempt(TaskBody<TState> body, in Run run)
    {
        if (!body.Rules.AreNone)
            return CallAsync(body.Rules, run, body.Task.CallAsync);
        _context.Begin(in run, _stop.Token);
        return InGrace(body.Task.CallAsync(_context, _stop.Token));
    }

    /// <summary>A body that is told to stop has its grace.</summary>
    private ValueTask<TState> InGrace(ValueTask<TState> answer) =>
        answer.IsCompleted
            ? answer
            : Cancellation.StopGrace.AwaitAsync(answer, _context, Options, _stop.Tokens.Watch);

    private ValueTask<T> CallAsync<T>(
        AttemptRules rules,
        Run run,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    ) => rules.GuardAsync(_stop.Tokens, () => CallWithinAsync(rules.Limit, run, body));

    private async ValueTask<T> CallWithinAsync<T>(
        TimeSpan? limit,
        Run run,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    )
    {
        using var time = new AttemptLimit(limit, Options, _stop.Tokens);
        _context.Begin(in run, time.Token);
        try
        {
            return await time.CallAsync(_context, Options, body).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            RenewAfter(thrown);
            throw;
        }
    }

    private RunEvent Answered(TState next, long visit)
    {
        try
        {
            return TryTarget(next, beside: 0, out var target)
                ? RunEvent.NewAnswered(visit, Unreturned(target.State) ?? Answer.NewSucceeded(target))
                : Strayed(next, visit);
        }
        catch (CanoException unkept)
        {
            return ForGood(unkept);
        }
    }

    /// <summary>What a state carries cannot be kept, and asking again would not help.</summary>
    private RunEvent ForGood(CanoException unkept) =>
        RunEvent.NewAnswered(_run.Visit, Answer.NewFailedForGood(Faulted(unkept)));

    /// <summary>An exit that is reached without the output that the workflow returns there: the slip is told
    /// before it; null where none is missing.</summary>
    private Answer? Unreturned(int next) =>
        MissingOutput(next) is { } missing ? Answer.NewFailedForGood(missing) : null;

    /// <summary>A completed step has a row, and its exit is asked before the row that would come
    /// next.</summary>
    public override Answer? UnreturnedWithoutRows(int next) => _journal is null ? Unreturned(next) : null;

    private CanoError? MissingOutput(int exit) =>
        _workflow.MustReturn(exit) && Values?.Output is null
            ? CanoError.Of(
                Fault.NewOutputMissing(
                    $"the run comes to exit '{Plan.NameOf(exit)}', where the workflow returns "
                        + $"{string.Join(" or ", Options.Returns.Select(type => $"a `{TypeNames.Of(type)}`"))}, and has "
                        + "no output: set it in a body before"
                )
            )
            : null;

    private RunEvent Strayed(TState next, long visit) =>
        RunEvent.NewAnswered(visit, Answer.NewUnknownNextState(_workflow.NameOf(next)));

    private RunEvent Failed(Exception thrown, long visit)
    {
        if (thrown is RefusedException)
            return Refused();
        var error = Faulted(thrown);
        try
        {
            var failure = new Failure(error, Options.Random.NextDouble(), Options.Time.GetUtcNow(), null);
            return RunEvent.NewAnswered(visit, Answer.NewFailed(failure));
        }
        catch (Exception)
        {
            // Without a clock there is no telling when another attempt is due.
            return RunEvent.NewAnswered(visit, Answer.NewFailedForGood(error));
        }
    }

    /// <summary>An abandoned body keeps its context.</summary>
    private void RenewAfter(Exception thrown)
    {
        if (thrown is AbandonedException or CanoException { InnerException: AbandonedException })
            _context = new TaskContext(this);
    }
}
