using System.Text.Json;
using Cano.Kernel;

namespace Cano;

/// <summary>Reads a source in windows; each performance ends with a window's cursor, or with the next state.</summary>
internal sealed class StreamBody<TState, TItem, TOutput, TCursor>(IStreamTask<TState, TItem, TOutput, TCursor> task)
    : PerformedBody<TState>
    where TState : notnull
{
    private readonly TaskPolicy _policy = task.Config.Policy;

    public override string? TaskName => task.Name;

    public override IEnumerable<TState> Targets => [];

    public override Step Define() => Step.NewStream(_policy);

    public override async ValueTask<RunEvent> PerformAsync(Interpreter<TState> run)
    {
        try
        {
            // An open stream is the run's: it goes on where the last performance left it.
            if (run.OpenStream is not StreamRun<TState, TItem, TOutput, TCursor> stream)
            {
                var cursor = CursorJson.Read<TCursor>(run.Memory.Cursor);
                stream = new StreamRun<TState, TItem, TOutput, TCursor>(task, _policy.AttemptTimeout, run, cursor);
                run.OpenStream = stream;
            }

            var happened = await stream.NextAsync().ConfigureAwait(false);
            if (!happened.IsStepAdvanced) await run.CloseStreamAsync().ConfigureAwait(false);
            return happened;
        }
        catch (JsonException damaged) when (run.OpenStream is null)
        {
            return RunEvent.NewTaskUnusable(run.Visit, CursorJson.Damaged(task.Name, run, damaged));
        }
        catch (Exception thrown)
        {
            // Nothing repeats a stream: what it has read is gone.
            await run.CloseStreamAsync().ConfigureAwait(false);
            return RunEvent.NewTaskUnusable(run.Visit, run.Faulted(thrown));
        }
    }
}
