using Cano.Runtime.Steps.Batches;
using Cano.Runtime.Steps.Nodes;
using Cano.Testing.Contexts;

namespace Cano.Testing;

// One call of a task, for each kind.
public static partial class TestContext
{
    /// <summary>One attempt.</summary>
    /// <returns>The next state.</returns>
    public static async Task<TState> RunAsync<TState>(this TaskContext context, ITask<TState> task)
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(task);
        var token = TestRun.Of(context).Begin(context);
        return await task.RunAsync(context, token).ConfigureAwait(false);
    }

    /// <summary>One attempt: prepares, executes, stores.</summary>
    /// <returns>The next state.</returns>
    public static async Task<TState> RunAsync<TState, TPrep, TExec>(
        this TaskContext context,
        INode<TState, TPrep, TExec> node
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(node);
        return await context.RunAsync(new NodeTask<TState, TPrep, TExec>(node)).ConfigureAwait(false);
    }

    /// <summary>Asks the router.</summary>
    /// <returns>The next state.</returns>
    public static async Task<TState> RunAsync<TState>(this TaskContext context, IRouterTask<TState> router)
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(router);
        var token = TestRun.Of(context).Begin(context);
        return await router.RouteAsync(context, token).ConfigureAwait(false);
    }

    /// <summary>Polls once.</summary>
    /// <returns>Ready or pending.</returns>
    public static async Task<PollOutcome<TState>> RunAsync<TState>(
        this TaskContext context,
        IPollTask<TState> poll
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(poll);
        var token = TestRun.Of(context).Begin(context);
        return await poll.PollAsync(context, token).ConfigureAwait(false);
    }

    /// <summary>Asks how long to wait, and does not wait.</summary>
    /// <returns>The wait.</returns>
    public static async Task<TimerOutcome> RunAsync<TState>(
        this TaskContext context,
        ITimerTask<TState> timer
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(timer);
        var token = TestRun.Of(context).Begin(context);
        return await timer.WaitAsync(context, token).ConfigureAwait(false);
    }

    /// <summary>Goes on as if the wait were over.</summary>
    /// <returns>The next state.</returns>
    public static async Task<TState> AfterWaitAsync<TState>(
        this TaskContext context,
        ITimerTask<TState> timer
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(timer);
        var token = TestRun.Of(context).Begin(context);
        return await timer.AfterWaitAsync(context, token).ConfigureAwait(false);
    }

    /// <summary>One attempt: loads, processes every item with the batch's concurrency and item retries, and
    /// finishes.</summary>
    /// <returns>The results, and the next state.</returns>
    public static async Task<BatchOutcome<TState, TOutput>> RunAsync<TState, TItem, TOutput>(
        this TaskContext context,
        IBatchTask<TState, TItem, TOutput> batch
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(batch);
        var recorded = new RecordedBatch<TState, TItem, TOutput>(batch);
        var next = await context
            .RunAsync(new BatchLoop<TState, TItem, TOutput>(recorded))
            .ConfigureAwait(false);
        return new(next, recorded.Results);
    }

    /// <summary>Does the step.</summary>
    /// <returns>The next state, and the output as the journal gives it to the compensation.</returns>
    /// <exception cref="CanoException">The output cannot be journaled; the step was undone.</exception>
    public static async Task<(TState Next, TOutput Output)> RunAsync<TState, TOutput>(
        this TaskContext context,
        ICompensatableTask<TState, TOutput> task
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(task);
        return await new TestVisit<TState>(context).RunAsync(task).ConfigureAwait(false);
    }

    /// <summary>Undoes the step with an output, as the journal gives it back. The effect key is that of the
    /// step, with `/undo` behind it.</summary>
    /// <exception cref="CanoException">The output cannot be read back from the journal.</exception>
    public static async Task CompensateAsync<TState, TOutput>(
        this TaskContext context,
        ICompensatableTask<TState, TOutput> task,
        TOutput output
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(task);
        await new TestVisit<TState>(context).CompensateAsync(task, output).ConfigureAwait(false);
    }

    /// <summary>The first step. Each step of a context that leaves a cursor is one more in the effect keys of
    /// those after it.</summary>
    /// <returns>More, with the cursor as the journal gives it back, or done.</returns>
    /// <exception cref="CanoException">The cursor cannot be journaled.</exception>
    public static async Task<StepOutcome<TCursor, TState>> RunAsync<TState, TCursor>(
        this TaskContext context,
        ISteppedTask<TState, TCursor> task
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(task);
        return await new TestVisit<TState>(context).RunAsync(task).ConfigureAwait(false);
    }

    /// <summary>The step from a cursor, as the journal gives it back.</summary>
    /// <inheritdoc cref="RunAsync{TState, TCursor}(TaskContext, ISteppedTask{TState, TCursor})"/>
    public static async Task<StepOutcome<TCursor, TState>> RunAsync<TState, TCursor>(
        this TaskContext context,
        ISteppedTask<TState, TCursor> task,
        TCursor cursor
    )
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(task);
        return await new TestVisit<TState>(context)
            .From(task.Name, cursor)
            .RunAsync(task)
            .ConfigureAwait(false);
    }

    /// <summary>Reads the whole stream from its beginning, in its windows and with its policy for failed
    /// items, until it is exhausted, a flush stops it, or the context's token is signalled.</summary>
    /// <returns>The windows, and how the stream ended.</returns>
    /// <exception cref="CanoException">A cursor cannot be journaled.</exception>
    public static async Task<StreamOutcome<TState, TOutput, TCursor>> RunAsync<
        TState,
        TItem,
        TOutput,
        TCursor
    >(this TaskContext context, IStreamTask<TState, TItem, TOutput, TCursor> task)
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(task);
        return await new TestVisit<TState>(context).RunAsync(task).ConfigureAwait(false);
    }

    /// <summary>Reads the rest of the stream, from a cursor, as the journal gives it back.</summary>
    /// <inheritdoc cref="RunAsync{TState, TItem, TOutput, TCursor}(TaskContext, IStreamTask{TState, TItem, TOutput, TCursor})"/>
    public static async Task<StreamOutcome<TState, TOutput, TCursor>> RunAsync<
        TState,
        TItem,
        TOutput,
        TCursor
    >(this TaskContext context, IStreamTask<TState, TItem, TOutput, TCursor> task, TCursor cursor)
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(task);
        return await new TestVisit<TState>(context)
            .From(task.Name, cursor)
            .RunAsync(task)
            .ConfigureAwait(false);
    }
}
