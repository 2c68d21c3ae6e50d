using Cano.Runtime.Data;
using Cano.Runtime.Steps.Batches;
using Cano.Runtime.Steps.Nodes;
using Cano.Runtime.Steps.Polls;
using Cano.Runtime.Steps.Sagas;
using Cano.Runtime.Steps.Stepped;
using Cano.Runtime.Steps.Streams;
using Cano.Runtime.Steps.Timers;

namespace Cano;

// The models of work beyond a plain task.
public sealed partial class Workflow<TState>
{
    /// <summary>Gives a state a node: prepare, execute, post.</summary>
    public Workflow<TState> Register<TPrep, TExec>(
        TState state,
        INode<TState, TPrep, TExec> node,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(node);
        Lookalikes.ThrowIfAny(node);
        return Register(state, new NodeTask<TState, TPrep, TExec>(node), to);
    }

    /// <summary>Gives a state a poll: it asks until something is ready. A pause of a second or more is a
    /// wait, of which a row tells at most once a minute.</summary>
    public Workflow<TState> Register(TState state, IPollTask<TState> task, IEnumerable<TState>? to = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        Lookalikes.ThrowIfAny(task);
        return With(state, new PollBody<TState>(task), to);
    }

    /// <inheritdoc cref="Register(TState, IPollTask{TState}, IEnumerable{TState}?)"/>
    public Workflow<TState> RegisterPoll(
        TState state,
        Func<TaskContext, CancellationToken, ValueTask<PollOutcome<TState>>> poll,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(poll);
        return Register(state, new LambdaPoll<TState>(_setup.States.NameOf(state), poll, config), to);
    }

    /// <summary>Gives a state a timer. Its due time is journaled: a crash does not stretch the
    /// wait.</summary>
    public Workflow<TState> Register(TState state, ITimerTask<TState> task, IEnumerable<TState>? to = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        Lookalikes.ThrowIfAny(task);
        return With(state, new TimerBody<TState>(task), to);
    }

    /// <summary>Waits in a state for a span, not negative, then goes on to `next`.</summary>
    public Workflow<TState> RegisterTimer(TState state, TimeSpan wait, TState next)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(next);
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero);
        var timer = new FixedTimer<TState>(_setup.States.NameOf(state), wait, next);
        return With(state, new TimerBody<TState>(timer), [next]);
    }

    /// <summary>Gives a state a batch: load items, process each, finish with all results.</summary>
    public Workflow<TState> Register<TItem, TOutput>(
        TState state,
        IBatchTask<TState, TItem, TOutput> task,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(task);
        Lookalikes.ThrowIfAny(task);
        return Register(state, new BatchLoop<TState, TItem, TOutput>(task), to);
    }

    /// <summary>Gives a state a step of a saga: when the run fails later, the step is undone.</summary>
    /// <param name="state">The state.</param>
    /// <param name="task">The step, and what undoes it.</param>
    /// <param name="to">The states that may follow; null: any.</param>
    /// <param name="undo">How a compensation is tried: its retries, their delays, an attempt's timeout and a
    /// breaker, within the rollback's time. An open breaker is a failed attempt. Null: it is tried once, for
    /// as long as an attempt of the step may take.</param>
    public Workflow<TState> RegisterWithCompensation<TOutput>(
        TState state,
        ICompensatableTask<TState, TOutput> task,
        IEnumerable<TState>? to = null,
        TaskConfig? undo = null
    )
    {
        ArgumentNullException.ThrowIfNull(task);
        Lookalikes.ThrowIfAny(task);
        return With(state, new CompensatableBody<TState, TOutput>(task, undo), to);
    }

    /// <inheritdoc cref="RegisterWithCompensation{TOutput}(TState, ICompensatableTask{TState, TOutput}, IEnumerable{TState}?, TaskConfig?)"/>
    public Workflow<TState> RegisterWithCompensation<TOutput>(
        TState state,
        Func<TaskContext, CancellationToken, ValueTask<(TState Next, TOutput Output)>> run,
        Func<TaskContext, TOutput, CancellationToken, ValueTask> compensate,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null,
        TaskConfig? undo = null
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(compensate);
        var task = new LambdaCompensatable<TState, TOutput>(
            _setup.States.NameOf(state),
            run,
            compensate,
            config
        );
        return With(state, new CompensatableBody<TState, TOutput>(task, undo), to);
    }

    /// <summary>Gives a state stepped work: its cursor is journaled after each step.</summary>
    public Workflow<TState> RegisterStepped<TCursor>(
        TState state,
        ISteppedTask<TState, TCursor> task,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(task);
        Lookalikes.ThrowIfAny(task);
        return With(state, new SteppedBody<TState, TCursor>(task), to);
    }

    /// <summary>Gives a state a stream: it reads a source in windows, and each window's cursor is
    /// journaled.</summary>
    public Workflow<TState> RegisterStream<TItem, TOutput, TCursor>(
        TState state,
        IStreamTask<TState, TItem, TOutput, TCursor> task,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(task);
        Lookalikes.ThrowIfAny(task);
        return With(state, new StreamBody<TState, TItem, TOutput, TCursor>(task), to);
    }

    /// <inheritdoc cref="RegisterStepped{TCursor}(TState, ISteppedTask{TState, TCursor}, IEnumerable{TState}?)"/>
    public Workflow<TState> RegisterStepped<TCursor>(
        TState state,
        Func<TaskContext, Cursor<TCursor>, CancellationToken, ValueTask<StepOutcome<TCursor, TState>>> step,
        TaskConfig? config = null,
        IEnumerable<TState>? to = null
    )
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(step);
        var task = new LambdaStepped<TState, TCursor>(_setup.States.NameOf(state), step, config);
        return With(state, new SteppedBody<TState, TCursor>(task), to);
    }
}
