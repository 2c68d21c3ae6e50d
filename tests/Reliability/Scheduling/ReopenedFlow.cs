using Cano.Reliability.Lives;
using Cano.Testing;

namespace Cano.Reliability.Scheduling;

/// <summary>A flow whose journal is closed and opened again while its scheduler runs: between two runs, and
/// under a run.</summary>
internal sealed class ReopenedFlow(string directory, int openings)
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly VirtualTime _time = new();
    private int _working;
    private TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs it. Returns how many bytes the journal took at most.</summary>
    public async Task<long> RunAsync()
    {
        var workflow = Workflow
            .Bare<string>()
            .Register("work", (_, token) => WorkAsync(token), TaskConfig.Minimal)
            .AddExitState("done")
            .WithTimeProvider(_time)
            .WithCheckpoints(directory);
        var disk = 0L;
        var before = default(Holding);
        await using (
            var running = await new Scheduler(_time).Every("flow", workflow, "work", s_minute).StartAsync()
        )
        {
            for (var opening = 0; opening < openings; opening++)
            {
                await UntilAsync(() => Volatile.Read(ref _working) > 0, "no run began");
                var isUnderWay = opening % 2 == 0;
                if (isUnderWay)
                    await FasterCheckpointStore.CloseAsync(directory);
                await UntilAsync(
                    () =>
                    {
                        // What was interrupted is gone on with before the run that is due.
                        LetGo();
                        return running.Status("flow")!.Status != FlowStatus.Running;
                    },
                    "a run did not end"
                );
                var info = running.Status("flow")!;
                Broken.Unless(isUnderWay == info.LastError is not null, $"opening {opening}: {info}");
                if (!isUnderWay)
                    await FasterCheckpointStore.CloseAsync(directory);
                disk = Math.Max(disk, new DirectoryInfo(directory).GetFiles().Sum(file => file.Length));
                if (opening == openings / 4)
                    before = Holding.Now();
                _time.Advance(s_minute);
            }

            LetGo();
        }

        await FasterCheckpointStore.CloseAsync(directory);
        await Holding.MustBeAsAsync(before, $"{openings} openings under a scheduler");
        return disk;
    }

    private async ValueTask<string> WorkAsync(CancellationToken token)
    {
        var held = Volatile.Read(ref _held);
        Broken.Unless(Interlocked.Increment(ref _working) == 1, "two bodies of one flow at once");
        try
        {
            await held.Task.WaitAsync(token);
            return "done";
        }
        finally
        {
            Interlocked.Decrement(ref _working);
        }
    }

    private void LetGo() =>
        Interlocked
            .Exchange(ref _held, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .SetResult();

    /// <summary>Waits for what follows from finitely many steps of other threads.</summary>
    private static async Task UntilAsync(Func<bool> holds, string otherwise)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!holds())
        {
            Broken.Unless(!limit.IsCancellationRequested, otherwise);
            await Task.Yield();
        }
    }
}
