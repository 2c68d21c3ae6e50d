using Cano.Kernel;
using Cano.Runtime.Steps.Sagas;
using Cano.Runtime.Steps.Stepped;
using Cano.Runtime.Steps.Streams;

namespace Cano.Testing.Contexts;

// What is run in the visit: the engine's own bodies, so that a test sees what a workflow would.
internal sealed partial class TestVisit<TState>
{
    private const string Output = "compensation output";

    /// <summary>The visit goes on from a cursor.</summary>
    public TestVisit<TState> From<TCursor>(string task, TCursor cursor)
    {
        _cursor = JournaledValue.Written("cursor", task, cursor);
        return this;
    }

    public async Task<(TState Next, TOutput Output)> RunAsync<TOutput>(
        ICompensatableTask<TState, TOutput> task
    )
    {
        var happened = Unfailed(
            await new CompensatableBody<TState, TOutput>(task).PerformAsync(this).ConfigureAwait(false)
        );
        var completed = (Answer.Completed)((RunEvent.Answered)happened).Answer;
        return (_next!, JournaledValue.Read<TOutput>(Output, task.Name, completed.Output));
    }

    public async Task CompensateAsync<TOutput>(ICompensatableTask<TState, TOutput> task, TOutput output)
    {
        var json = JournaledValue.Written(Output, task.Name, output);
        var entry = new UndoEntry(
            Plan.NameOf(_run.Run.State),
            task.Name,
            Visit,
            Durable.Sequence,
            json,
            _run.Run.Data
        );
        await new CompensatableBody<TState, TOutput>(task)
            .CompensateAsync(UndoContext(), entry, CancellationToken.None)
            .ConfigureAwait(false);
    }

    public async Task<StepOutcome<TCursor, TState>> RunAsync<TCursor>(ISteppedTask<TState, TCursor> task)
    {
        var happened = Unfailed(
            await new SteppedBody<TState, TCursor>(task).PerformAsync(this).ConfigureAwait(false)
        );
        if (!IsAdvanced(happened, out var cursor))
            return StepOutcome.Done(_next!);
        _run.Advance(cursor);
        return StepOutcome.More(JournaledValue.Read<TCursor>("cursor", task.Name, cursor));
    }

    public async Task<StreamOutcome<TState, TOutput, TCursor>> RunAsync<TItem, TOutput, TCursor>(
        IStreamTask<TState, TItem, TOutput, TCursor> task
    )
    {
        var recorded = new RecordedStream<TState, TItem, TOutput, TCursor>(task);
        var body = new StreamBody<TState, TItem, TOutput, TCursor>(recorded);
        List<FlushedWindow<TOutput, TCursor>> windows = [];
        RunEvent happened;
        try
        {
            while (
                IsAdvanced(
                    happened = Unfailed(await body.PerformAsync(this).ConfigureAwait(false)),
                    out var cursor
                )
            )
            {
                _run.Advance(cursor);
                windows.Add(new(recorded.Flushed, JournaledValue.Read<TCursor>("cursor", task.Name, cursor)));
                if (StopToken.IsCancellationRequested)
                    happened = Stopped();
                if (happened.IsCallerCancelled)
                    break;
            }
        }
        finally
        {
            // A run that is told to stop behind a window ends there, and with it the stream.
            await CloseStreamAsync().ConfigureAwait(false);
        }

        var isCancelled = Unfailed(happened).IsCallerCancelled;
        return new(windows, isCancelled, isCancelled ? default : _next);
    }
}
