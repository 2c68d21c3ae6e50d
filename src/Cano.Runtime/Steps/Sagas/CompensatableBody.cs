using System.Diagnostics.CodeAnalysis;
using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;
using Cano.Runtime.Resilience;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Steps.Sagas;

/// <summary>A step that can be undone with its output.</summary>
internal abstract class CompensatableBody<TState> : PerformedBody<TState>
    where TState : notnull
{
    /// <summary>The longest an attempt to undo the step may take; none when null.</summary>
    public abstract TimeSpan? UndoTimeout { get; }

    /// <summary>Undoes a completed step with what it journaled. The answer carries nothing.</summary>
    /// <exception cref="RefusedException">The breaker of its compensation is open.</exception>
    public abstract ValueTask<bool> CompensateAsync(
        TaskContext context,
        UndoEntry entry,
        CancellationToken cancel
    );
}

/// <param name="task">The step.</param>
/// <param name="undo">How its compensation is tried; null: once, for as long as an attempt of the step may
/// take.</param>
internal sealed class CompensatableBody<TState, TOutput>(
    ICompensatableTask<TState, TOutput> task,
    TaskConfig? undo = null
) : CompensatableBody<TState>
    where TState : notnull
{
    private readonly TaskConfig _config = TaskValidation.RequireConfig(task.Config, task.Name);
    private readonly AttemptRules _undoRules = undo?.Rules ?? default;

    public override TimeSpan? UndoTimeout => (undo ?? _config).AttemptTimeout;

    public override string TaskName => task.Name;

    public override StepKind Define() =>
        StepKind.NewCompensatable(_config.Policy, undo?.Policy ?? TaskPolicy.Once);

    public override async ValueTask<RunEvent> PerformAsync(VisitScope<TState> run)
    {
        var (next, output) = await run.CallToTheEndAsync(_config.Rules, StepAsync).ConfigureAwait(false);
        return
            TryWrite(run, output, out var json, out var problem)
            && TryTarget(run, (next, json.Length), out var target, out problem)
            ? RunEvent.NewAnswered(
                run.Visit,
                run.UnreturnedWithoutRows(target.State) ?? Answer.NewCompleted(target, json)
            )
            : await UndoAtOnceAsync(run, output, problem).ConfigureAwait(false);
    }

    private CanoError? TooLong(byte[] json) =>
        ValueCodec.TooLong(json) is { } why
            ? CanoError.Of(Fault.NewGeneric($"the compensation output of `{task.Name}` {why}"))
            : null;

    public override async ValueTask<bool> CompensateAsync(
        TaskContext context,
        UndoEntry entry,
        CancellationToken cancel
    )
    {
        TOutput? value;
        try
        {
            value = context.Options.Values.Read<TOutput>(entry.Output);
        }
        catch (Exception thrown)
        {
            // An output's own constructor may refuse what is stored with any exception.
            var where = $"run '{context.RunId}', state '{entry.State}', sequence {entry.Sequence}";
            var text =
                $"deserialize compensation output for `{task.Name}`: {where}: {UserText.MessageOf(thrown)}";
            throw new CanoException(CanoError.Of(Fault.NewGeneric(text)), thrown);
        }

        return await _undoRules
            .GuardAsync(new StopTokens(cancel), () => UndoAsync(context, value!, cancel))
            .ConfigureAwait(false);
    }

    private ValueTask<(TState Next, TOutput Output)> StepAsync(
        TaskContext context,
        CancellationToken cancel
    ) =>
        context.CallAsync(
            UserCallKind.UndoableStep,
            task,
            static (task, context, cancel) => task.RunAsync(context, cancel),
            cancel
        );

    private bool TryWrite(
        VisitScope<TState> run,
        TOutput output,
        [NotNullWhen(true)] out byte[]? json,
        [NotNullWhen(false)] out CanoError? problem
    )
    {
        (json, problem) = (null, null);
        if (run.Options.Values.Types.Problem(typeof(TOutput)) is { } unsound)
        {
            problem = CanoError.Of(
                Fault.NewGeneric($"the compensation output of `{task.Name}` cannot be kept: {unsound}")
            );
            return false;
        }

        try
        {
            json = run.Options.Values.Write(output);
            problem = TooLong(json);
            return problem is null;
        }
        catch (Exception thrown)
        {
            // Whatever a property of the output throws: the step is done.
            run.Keep(thrown);
            var text =
                $"serialize compensation output for `{task.Name}`: {TypeNames.Of(typeof(TOutput))} {ValueCodec.Refusal(thrown)}";
            problem = CanoError.Of(Fault.NewGeneric(text));
            return false;
        }
    }

    private static bool TryTarget(
        VisitScope<TState> run,
        (TState State, int Beside) next,
        out Target target,
        [NotNullWhen(false)] out CanoError? problem
    )
    {
        (target, problem) = (default, null);
        try
        {
            if (run.TryTarget(next.State, next.Beside, out target))
                return true;
            problem = run.Unknown(next.State);
        }
        catch (Exception thrown)
        {
            // Whatever a state's own comparing or naming throws, or what it carries.
            problem = run.Faulted(thrown);
        }

        return false;
    }

    /// <summary>The answer carries nothing.</summary>
    private ValueTask<bool> UndoAsync(TaskContext context, TOutput output, CancellationToken cancel) =>
        context.CallAsync(
            UserCallKind.Undo,
            (task, output),
            static async (it, context, cancel) =>
            {
                // A simulation puts a context of its own around it, and must not be left.
                await it
                    .task.CompensateAsync(context, it.output, cancel)
                    .ConfigureAwait(context.Options.Calls is not null);
                return true;
            },
            cancel
        );

    /// <summary>The step is done but cannot be recorded, so it is undone here, with the value at
    /// hand.</summary>
    private async ValueTask<RunEvent> UndoAtOnceAsync(VisitScope<TState> run, TOutput output, CanoError error)
    {
        try
        {
            await run.UndoInTimeAsync(UndoTimeout, (context, cancel) => UndoAsync(context, output, cancel))
                .ConfigureAwait(false);
            return RunEvent.NewAnswered(run.Visit, Answer.NewFailedForGood(error));
        }
        catch (Exception thrown)
        {
            CanoError[] both = [error, Faults.OfTask(thrown)];
            return RunEvent.NewAnswered(
                run.Visit,
                Answer.NewFailedForGood(CanoError.Of(Fault.NewCompensationFailed(both)))
            );
        }
    }
}

/// <summary>A compensatable step made of lambdas.</summary>
internal sealed class LambdaCompensatable<TState, TOutput>(
    string name,
    Func<TaskContext, CancellationToken, ValueTask<(TState Next, TOutput Output)>> run,
    Func<TaskContext, TOutput, CancellationToken, ValueTask> compensate,
    TaskConfig? config
) : ICompensatableTask<TState, TOutput>
{
    public string Name => name;

    public TaskConfig Config => config ?? TaskConfig.Default;

    public ValueTask<(TState Next, TOutput Output)> RunAsync(
        TaskContext context,
        CancellationToken cancellationToken
    ) => run(context, cancellationToken);

    public ValueTask CompensateAsync(
        TaskContext context,
        TOutput output,
        CancellationToken cancellationToken
    ) => compensate(context, output, cancellationToken);
}
