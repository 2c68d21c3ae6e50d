using Cano.Kernel;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Steps.Stepped;

/// <summary>Small steps from cursor to cursor; each performance is one step.</summary>
internal sealed class SteppedBody<TState, TCursor>(ISteppedTask<TState, TCursor> task) : PerformedBody<TState>
    where TState : notnull
{
    private readonly TaskConfig _config = TaskValidation.RequireConfig(task.Config, task.Name);

    public override string TaskName => task.Name;

    public override StepKind Define() => StepKind.NewStepped(_config.Policy);

    public override async ValueTask<RunEvent> PerformAsync(VisitScope<TState> run)
    {
        if (!CursorJson.TryRead(task.Name, run, out Cursor<TCursor> cursor, out var damaged))
            return damaged;

        var outcome = await run.CallStepAsync(
                _config.Rules,
                (context, cancel) => StepAsync(cursor, context, cancel)
            )
            .ConfigureAwait(false);
        if (outcome.IsDone)
            return run.Answered(outcome.State!);
        if (!outcome.IsMore)
            throw Unanswered();
        return CursorJson.Advanced(task.Name, run, outcome.Cursor);
    }

    private ValueTask<StepOutcome<TCursor, TState>> StepAsync(
        Cursor<TCursor> cursor,
        TaskContext context,
        CancellationToken cancel
    ) =>
        context.CallAsync(
            UserCallKind.Body,
            (task, cursor),
            static (it, context, cancel) => it.task.StepAsync(context, it.cursor, cancel),
            cancel
        );

    private CanoException Unanswered() =>
        InvalidAnswer.OfAnswer(
            $"Stepped task '{task.Name}'",
            "more nor done",
            "StepOutcome.More(cursor) or StepOutcome.Done(state)"
        );
}

/// <summary>Stepped work made of a lambda.</summary>
internal sealed class LambdaStepped<TState, TCursor>(
    string name,
    Func<TaskContext, Cursor<TCursor>, CancellationToken, ValueTask<StepOutcome<TCursor, TState>>> step,
    TaskConfig? config
) : ISteppedTask<TState, TCursor>
{
    public string Name => name;

    public TaskConfig Config => config ?? TaskConfig.Default;

    public ValueTask<StepOutcome<TCursor, TState>> StepAsync(
        TaskContext context,
        Cursor<TCursor> cursor,
        CancellationToken cancellationToken
    ) => step(context, cursor, cancellationToken);
}
