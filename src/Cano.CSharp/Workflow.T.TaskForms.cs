using System.Runtime.CompilerServices;
using Cano.Runtime.Errors;

namespace Cano;

// The same for bodies that return a Task. Of each pair of lambdas one form ranks first, so that every natural
// lambda and method group compiles, whatever it returns.
public sealed partial class Workflow<TState>
{
    /// <inheritdoc cref="RegisterPoll(TState, Func{TaskContext, CancellationToken, ValueTask{PollOutcome{TState}}}, TaskConfig?, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-1)]
    public Workflow<TState> RegisterPoll(
        TState state,
        Func<TaskContext, CancellationToken, Task<PollOutcome<TState>>> poll,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(poll);
        return RegisterPoll(
            state,
            (context, token) => new ValueTask<PollOutcome<TState>>(Given(poll(context, token), context)),
            config,
            to
        );
    }

    /// <inheritdoc cref="RegisterStepped{TCursor}(TState, ISteppedTask{TState, TCursor}, IEnumerable{TState}?)"/>
    [OverloadResolutionPriority(-1)]
    public Workflow<TState> RegisterStepped<TCursor>(
        TState state,
        Func<TaskContext, Cursor<TCursor>, CancellationToken, Task<StepOutcome<TCursor, TState>>> step,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(step);
        return RegisterStepped<TCursor>(
            state,
            (context, cursor, token) =>
                new ValueTask<StepOutcome<TCursor, TState>>(Given(step(context, cursor, token), context)),
            config,
            to
        );
    }

    /// <inheritdoc cref="RegisterWithCompensation{TOutput}(TState, ICompensatableTask{TState, TOutput}, IEnumerable{TState}?, TaskConfig?)"/>
    [OverloadResolutionPriority(-1)]
    public Workflow<TState> RegisterWithCompensation<TOutput>(
        TState state,
        Func<TaskContext, CancellationToken, Task<(TState Next, TOutput Output)>> run,
        Func<TaskContext, TOutput, CancellationToken, Task> compensate,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null,
        TaskConfig? undo = null
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(compensate);
        return RegisterWithCompensation(state, OfTask(run), OfTask(compensate), config, to, undo);
    }

    /// <inheritdoc cref="RegisterWithCompensation{TOutput}(TState, ICompensatableTask{TState, TOutput}, IEnumerable{TState}?, TaskConfig?)"/>
    [OverloadResolutionPriority(-2)]
    public Workflow<TState> RegisterWithCompensation<TOutput>(
        TState state,
        Func<TaskContext, CancellationToken, Task<(TState Next, TOutput Output)>> run,
        Func<TaskContext, TOutput, CancellationToken, ValueTask> compensate,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null,
        TaskConfig? undo = null
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        return RegisterWithCompensation(state, OfTask(run), compensate, config, to, undo);
    }

    /// <inheritdoc cref="RegisterWithCompensation{TOutput}(TState, ICompensatableTask{TState, TOutput}, IEnumerable{TState}?, TaskConfig?)"/>
    [OverloadResolutionPriority(-3)]
    public Workflow<TState> RegisterWithCompensation<TOutput>(
        TState state,
        Func<TaskContext, CancellationToken, ValueTask<(TState Next, TOutput Output)>> run,
        Func<TaskContext, TOutput, CancellationToken, Task> compensate,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null,
        TaskConfig? undo = null
    )
    {
        ArgumentNullException.ThrowIfNull(compensate);
        return RegisterWithCompensation(state, run, OfTask(compensate), config, to, undo);
    }

    private static Func<
        TaskContext,
        CancellationToken,
        ValueTask<(TState Next, TOutput Output)>
    > OfTask<TOutput>(Func<TaskContext, CancellationToken, Task<(TState Next, TOutput Output)>> run) =>
        (context, token) => new ValueTask<(TState Next, TOutput Output)>(Given(run(context, token), context));

    private static Func<TaskContext, TOutput, CancellationToken, ValueTask> OfTask<TOutput>(
        Func<TaskContext, TOutput, CancellationToken, Task> compensate
    ) => (context, output, token) => new ValueTask(Given(compensate(context, output, token), context));

    /// <summary>A lambda may give null where a task was meant.</summary>
    private static T Given<T>(T? task, TaskContext context)
        where T : Task => task ?? throw InvalidAnswer.OfNullTask(context.State);
}
