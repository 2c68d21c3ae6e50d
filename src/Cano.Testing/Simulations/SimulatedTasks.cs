using System.Runtime.CompilerServices;

namespace Cano.Testing;

/// <summary>Puts a simulation around the tasks of a workflow.</summary>
internal sealed partial class SimulatedTasks<TState>(SimulatedBody calls) : IBodyRewriter<TState>
    where TState : notnull
{
    public ITask<TState> Task(ITask<TState> task) => new Plain(task, calls);

    public ITimerTask<TState> Timer(ITimerTask<TState> task) => new Waiting(task, calls);

    public ICompensatableTask<TState, TOutput> Compensatable<TOutput>(ICompensatableTask<TState, TOutput> task) =>
        new Compensated<TOutput>(task, calls);

    public ISteppedTask<TState, TCursor> Stepped<TCursor>(ISteppedTask<TState, TCursor> task) =>
        new Stepping<TCursor>(task, calls);

    public IStreamTask<TState, TItem, TOutput, TCursor> Stream<TItem, TOutput, TCursor>(
        IStreamTask<TState, TItem, TOutput, TCursor> task
    ) => new Reading<TItem, TOutput, TCursor>(task, calls);

    private sealed class Plain(ITask<TState> task, SimulatedBody calls) : ITask<TState>
    {
        public string Name => task.Name;

        public TaskConfig Config => task.Config;

        public ValueTask<TState> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
            calls.CallAsync(context, () => task.RunAsync(context, cancellationToken), cancellationToken);
    }

    private sealed class Waiting(ITimerTask<TState> task, SimulatedBody calls) : ITimerTask<TState>
    {
        public string Name => task.Name;

        public TaskConfig Config => task.Config;

        public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            calls.CallAsync(context, () => task.WaitAsync(context, cancellationToken), cancellationToken);

        public ValueTask<TState> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            calls.CallAsync(context, () => task.AfterWaitAsync(context, cancellationToken), cancellationToken);
    }

    private sealed class Compensated<TOutput>(ICompensatableTask<TState, TOutput> task, SimulatedBody calls)
        : ICompensatableTask<TState, TOutput>
    {
        public string Name => task.Name;

        public TaskConfig Config => task.Config;

        public ValueTask<(TState Next, TOutput Output)> RunAsync(TaskContext context, CancellationToken cancellationToken) =>
            calls.StepAsync(context, () => task.RunAsync(context, cancellationToken), cancellationToken);

        public ValueTask CompensateAsync(TaskContext context, TOutput output, CancellationToken cancellationToken) =>
            calls.UndoAsync(context, () => task.CompensateAsync(context, output, cancellationToken), cancellationToken);
    }

    private sealed class Stepping<TCursor>(ISteppedTask<TState, TCursor> task, SimulatedBody calls)
        : ISteppedTask<TState, TCursor>
    {
        public string Name => task.Name;

        public TaskConfig Config => task.Config;

        public ValueTask<StepOutcome<TCursor, TState>> StepAsync(
            TaskContext context,
            Cursor<TCursor> cursor,
            CancellationToken cancellationToken
        ) => calls.CallAsync(context, () => task.StepAsync(context, cursor, cancellationToken), cancellationToken);
    }

    private sealed class Reading<TItem, TOutput, TCursor>(IStreamTask<TState, TItem, TOutput, TCursor> task, SimulatedBody calls)
        : IStreamTask<TState, TItem, TOutput, TCursor>
    {
        public string Name => task.Name;

        public TaskConfig Config => task.Config;

        public StreamWindow Window => task.Window;

        public ItemErrorPolicy OnItemError => task.OnItemError;

        public IAsyncEnumerable<TItem> OpenAsync(TaskContext context, Cursor<TCursor> cursor, CancellationToken cancellationToken) =>
            ReadAsync(context.State, task.OpenAsync(context, cursor, cancellationToken), cancellationToken);

        public ValueTask<(TOutput Output, TCursor Cursor)> ProcessItemAsync(
            TaskContext context,
            TItem item,
            CancellationToken cancellationToken
        ) => calls.CallAsync(context, () => task.ProcessItemAsync(context, item, cancellationToken), cancellationToken);

        public ValueTask<WindowOutcome<TState>> FlushWindowAsync(
            TaskContext context,
            IReadOnlyList<TOutput> outputs,
            CancellationToken cancellationToken
        ) => calls.CallAsync(context, () => task.FlushWindowAsync(context, outputs, cancellationToken), cancellationToken);

        public ValueTask<TState> OnCloseAsync(TaskContext context, StreamEnd reason, CancellationToken cancellationToken) =>
            calls.CallAsync(context, () => task.OnCloseAsync(context, reason, cancellationToken), cancellationToken);

        private async IAsyncEnumerable<TItem> ReadAsync(
            string state,
            IAsyncEnumerable<TItem> source,
            [EnumeratorCancellation] CancellationToken cancel
        )
        {
            var items = source.GetAsyncEnumerator(cancel);
            try
            {
                while (await calls.ReadAsync(state, items.MoveNextAsync).ConfigureAwait(false)) yield return items.Current;
            }
            finally
            {
                await items.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
