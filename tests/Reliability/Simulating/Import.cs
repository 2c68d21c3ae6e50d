using System.Runtime.CompilerServices;
using Cano.Testing;

namespace Cano.Reliability.Simulating;

/// <summary>Stepped work, then a stream: what each step and each window committed is read once.</summary>
internal static class Import
{
    private const int StepCount = 6;
    private const int ItemCount = 11;

    public static Workflow<string> Make(Simulation simulation)
    {
        var steps = new CompensationLedger();
        var items = new SortedSet<int>();
        simulation.Invariant(
            "every step was done, under one key each",
            run => !run.IsCompleted || steps.Done.Count == StepCount
        );
        simulation.Invariant("every item was flushed", run => !run.IsCompleted || items.Count == ItemCount);
        return Workflow
            .Bare<string>()
            .RegisterStepped<int>(
                "steps",
                async (context, cursor, cancel) =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), context.TimeProvider, cancel);
                    steps.Do($"{cursor.Or(0)}", context.EffectKey);
                    return cursor.Or(0) + 1 < StepCount
                        ? StepOutcome.More(cursor.Or(0) + 1)
                        : StepOutcome.Done("items");
                },
                TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.FromSeconds(2))
            )
            .RegisterStream("items", new Items(items))
            .AddExitState("end")
            .WithSnapshotEvery(4);
    }

    private sealed class Items(SortedSet<int> flushed) : IStreamTask<string, int, int, int>
    {
        public StreamWindow Window => StreamWindow.Count(3);

        public async IAsyncEnumerable<int> OpenAsync(
            TaskContext context,
            Cursor<int> cursor,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            for (var item = cursor.Or(0); item < ItemCount; item++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), context.TimeProvider, cancellationToken);
                yield return item;
            }
        }

        public ValueTask<(int Output, int Cursor)> ProcessItemAsync(
            TaskContext context,
            int item,
            CancellationToken cancellationToken
        ) => new((item, item + 1));

        public ValueTask<WindowOutcome<string>> FlushWindowAsync(
            TaskContext context,
            IReadOnlyList<int> outputs,
            CancellationToken cancellationToken
        )
        {
            flushed.UnionWith(outputs);
            return new(WindowOutcome.Continue);
        }

        public ValueTask<string> OnCloseAsync(
            TaskContext context,
            StreamEnd reason,
            CancellationToken cancellationToken
        ) => new("end");
    }
}
