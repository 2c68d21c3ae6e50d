using System.Text.Json;
using Cano.Kernel;

namespace Cano;

/// <summary>Small steps from cursor to cursor; each performance is one step.</summary>
internal sealed class SteppedBody<TState, TCursor>(ISteppedTask<TState, TCursor> task, bool isNamed) : PerformedBody<TState>
    where TState : notnull
{
    private readonly TaskConfig _config = TaskConfig.Of(task.Config, task.Name);

    public override string? TaskName => isNamed ? task.Name : null;

    public override Step Define() => Step.NewStepped(_config.Policy);

    public override Body<TState> With(IBodyRewriter<TState> rewriter) =>
        new SteppedBody<TState, TCursor>(rewriter.Stepped(task), isNamed);

    public override async ValueTask<RunEvent> PerformAsync(Interpreter<TState> run)
    {
        Cursor<TCursor> cursor;
        try
        {
            cursor = CursorJson.Read<TCursor>(run.Cursor);
        }
        catch (JsonException damaged)
        {
            return RunEvent.NewTaskUnusable(run.Visit, CursorJson.Damaged(task.Name, run, damaged));
        }

        var outcome = await run.CallStepAsync(_config.Rules, (context, cancel) => task.StepAsync(context, cursor, cancel))
            .ConfigureAwait(false);
        return outcome.IsDone
            ? run.Answered(outcome.State!)
            : RunEvent.NewStepAdvanced(run.Visit, CursorJson.Write(outcome.Cursor));
    }
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
