using Cano.Integration.Steps;

namespace Cano.Integration.Resumes;

/// <summary>The law: a mark is taken only by what was accepted. Whoever starts and resumes one run, in
/// whatever order the store answers them, it is worked on once and nobody leaves it lying.</summary>
public sealed class RaceLawTests
{
    private const int OrdersCount = 300;

    public static TheoryData<string, bool> Kinds()
    {
        var kinds = new TheoryData<string, bool>();
        foreach (var kind in new[] { "task", "branch", "stepped", "compensatable", "poll", "batch" })
        {
            kinds.Add(kind, false);
            kinds.Add(kind, true);
        }

        return kinds;
    }

    [Theory]
    [Trait("ID", "F65"), Trait("ID", "F45")]
    [MemberData(nameof(Kinds))]
    public Task One_run_is_worked_on_once_in_whatever_order_it_is_started_and_resumed(
        string kind,
        bool isInterrupted
    ) =>
        // The pool has no synchronization context: what is let go on does so at once.
        Task.Run(async () =>
        {
            for (var seed = 0; seed < OrdersCount; seed++)
                await new Race(kind, isInterrupted, seed).RunAsync();
        });

    /// <summary>One order of things.</summary>
    private sealed class Race
    {
        private readonly MemoryCheckpointStore _disk = new();
        private readonly SteppedStore _store;
        private readonly Random _random;
        private readonly string _kind;
        private readonly bool _isInterrupted;
        private readonly string _name;
        private int _bodies;
        private int _working;
        private int _most;

        public Race(string kind, bool isInterrupted, int seed)
        {
            _store = new SteppedStore(_disk);
            _random = new Random(seed);
            _kind = kind;
            _isInterrupted = isInterrupted;
            _name = $"{kind}, seed {seed}";
        }

        public async Task RunAsync()
        {
            if (_isInterrupted)
                await Failures.OfAsync(
                    Made(_ => throw new IOException("interrupted"))
                        .WithCheckpointStore(_disk)
                        .OrchestrateAsync(Stage.Start, "run")
                );
            var workflow = Stepped(Made(WorkAsync).WithCheckpointStore(_store));
            Func<Task>[] deeds =
            [
                () => workflow.TryOrchestrateAsync(Stage.Start, "run"),
                () => workflow.TryOrchestrateAsync(Stage.Start, "run"),
                () => workflow.TryResumeFromAsync("run"),
                () => workflow.ResumeAllAsync(2),
                () => workflow.ResumeAllAsync(2),
            ];
            await OrderAsync(deeds);
            Assert.True((1, 1) == (_bodies, _most), $"{_name}: {_bodies} bodies, {_most} at once");
            var rows = await _disk.LoadRunAsync("run");
            Assert.True(rows is [.., { Kind: RowKind.Finished }], $"{_name}: nobody took the run to its end");
            _store.Flow();
            // Nothing is marked any more: a resume finds the end.
            Assert.Equal(Stage.End, await workflow.ResumeFromAsync("run"));
        }

        /// <summary>Begins everything, and lets it go on, in an order that is drawn.</summary>
        private async Task OrderAsync(Func<Task>[] deeds)
        {
            var left = deeds.ToList();
            var begun = new List<Task>();
            while (left.Count > 0 || begun.Exists(deed => !deed.IsCompleted))
            {
                var choice = _random.Next(left.Count + _store.Waiting.Count);
                if (left.Count + _store.Waiting.Count == 0)
                    await Task.WhenAny([_store.Arrival, Task.WhenAll(begun)]);
                else if (choice < left.Count)
                {
                    begun.Add(left[choice]());
                    left.RemoveAt(choice);
                }
                else
                    _store.Step(choice - left.Count);
            }

            await Task.WhenAll(begun);
        }

        private async Task WorkAsync(CancellationToken token)
        {
            _bodies++;
            _most = Math.Max(_most, ++_working);
            await _store.PassAsync("body").ConfigureAwait(false);
            _working--;
        }

        private Workflow<Stage> Made(Func<CancellationToken, Task> body) =>
            Kind.Of(_kind, TaskConfig.Minimal, body)
                .AddExitState(Stage.End)
                .WithName("mine")
                .WithRetention(Retention.Keep);

        private Workflow<Stage> Stepped(Workflow<Stage> workflow) =>
            new(
                workflow.Setup with
                {
                    Options = workflow.Setup.Options with { Dispatcher = _store.Pool },
                    Resources = new Resources().InsertPerRun("slow", () => new Slow(_store)),
                }
            );
    }

    private sealed class Slow(SteppedStore store) : IResource
    {
        public ValueTask SetupAsync(CancellationToken cancellationToken) => store.PassAsync("set-up");
    }
}
