using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Resilience;

namespace Cano.Runtime.Steps.Streams;

/// <summary>Reads a source in windows; each performance ends with a window's cursor, or with the next
/// state.</summary>
internal sealed class StreamBody<TState, TItem, TOutput, TCursor>(
    IStreamTask<TState, TItem, TOutput, TCursor> task
) : PerformedBody<TState>
    where TState : notnull
{
    private readonly TaskConfig _config = TaskValidation.RequireConfig(task.Config, task.Name);

    public override string TaskName => task.Name;

    public override StepKind Define() => StepKind.NewStream(_config.Policy);

    private static bool IsDraining(VisitScope<TState> run) =>
        run.OptionalState.OpenStream is StreamRun<TState, TItem, TOutput, TCursor> { IsDraining: true };

    private StreamRun<TState, TItem, TOutput, TCursor> Begun(VisitScope<TState> run, Cursor<TCursor> cursor)
    {
        var (own, held) = task is IVisitedStream<TState, TItem, TOutput, TCursor> visited
            ? visited.Begin()
            : (task, null);
        return new(own, held, _config.Rules, run, cursor);
    }

    public override async ValueTask<RunEvent> PerformAsync(VisitScope<TState> run)
    {
        try
        {
            // An open stream is the run's: it goes on where the last performance left it.
            if (run.OptionalState.OpenStream is not StreamRun<TState, TItem, TOutput, TCursor> stream)
            {
                if (!CursorJson.TryRead(task.Name, run, out Cursor<TCursor> cursor, out var damaged))
                    return damaged;
                stream = Begun(run, cursor);
                run.OptionalState.OpenStream = stream;
            }

            var happened = await stream.NextAsync().ConfigureAwait(false);
            if (happened is not RunEvent.Answered { Answer.IsAdvanced: true })
                await run.CloseStreamAsync().ConfigureAwait(false);
            return happened;
        }
        catch (Exception thrown)
            when (thrown is OperationCanceledException or AbandonedException
                && run.StopToken.IsCancellationRequested
                && !IsDraining(run)
            )
        {
            // A flush or close that stops when it is told to, or is given up, has not failed.
            await run.CloseStreamAsync().ConfigureAwait(false);
            return run.Stopped();
        }
        catch (RefusedException)
        {
            await run.CloseStreamAsync().ConfigureAwait(false);
            return run.Refused();
        }
        catch (Exception thrown)
        {
            // Nothing repeats a stream: what it has read is gone.
            await run.CloseStreamAsync().ConfigureAwait(false);
            return RunEvent.NewAnswered(run.Visit, Answer.NewFailedForGood(run.Faulted(thrown)));
        }
    }
}
