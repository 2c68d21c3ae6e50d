using Cano.Benchmarks.Workloads;

namespace Cano.Benchmarks.Sweeps;

/// <summary>All that there may be many of.</summary>
internal static class SweepFamilies
{
    private const int Any = 1_000_000;
    private static readonly Signal s_tick = new("tick");

    public static IReadOnlyList<SweepFamily> All { get; } =
    [
        new("state of a workflow, built", 10_000, States),
        new("transition of a run", Any, size => Loop(size, null)),
        new("row of a run, in memory", Any, size => Loop(size, new MemoryCheckpointStore())),
        new("row of a run, loaded", 100_000, RowsLoaded),
        new("branch of a split", Any, Branches),
        new("run at once, in memory", Any, Runs),
        new("run of a journal, opened", Any, size => Journal(size, isListed: false)),
        new("run of a journal, listed", Any, size => Journal(size, isListed: true)),
        new("flow of a schedule, begun", 100_000, Flows),
        new("signal, sent and taken", 100_000, Signals),
        new("child of a run", 100_000, Children),
        new("key of a run's data, put and journaled", 10_000, Keys),
    ];

    private static Task<Sweeping> States(int size) =>
        Sweeping.Of(() =>
        {
            Rows.Of(size).Validate();
            return Task.CompletedTask;
        });

    private static Task<Sweeping> Loop(int size, ICheckpointStore? store)
    {
        var left = size;
        var workflow = Workflow
            .Bare<int>()
            .Register(0, _ => --left > 0 ? 0 : 1, TaskConfig.Minimal)
            .AddExitState(1);
        if (store is not null)
            workflow = workflow.WithCheckpointStore(store);
        return Sweeping.Of(() => workflow.OrchestrateAsync(0, "run"));
    }

    private static async Task<Sweeping> RowsLoaded(int size)
    {
        var directory = new JournalDirectory();
        await JournalFilling.FillAsync(directory.Path, runs: 1, rowsOfRun: size);
        var store = await FasterCheckpointStore.OpenAsync(directory.Path);
        return new(
            async () => await store.LoadRunAsync("run-0"),
            async () =>
            {
                await store.DisposeAsync();
                directory.Dispose();
            }
        );
    }

    private static Task<Sweeping> Branches(int size)
    {
        var tasks = Enumerable
            .Range(0, size)
            .Select(i => CanoTask.From($"branch{i}", (_, _) => new ValueTask<int>(1), TaskConfig.Minimal))
            .ToList();
        var workflow = Workflow
            .Bare<int>()
            .RegisterSplit(0, _ => tasks, JoinConfig.Create(JoinStrategy.All, 1))
            .AddExitState(1);
        return Sweeping.Of(() => workflow.OrchestrateAsync(0));
    }

    private static Task<Sweeping> Runs(int size)
    {
        var many = new ConcurrentWorkflow<int>(ConcurrentStrategy.WaitForever).AddInstances(
            Enumerable.Range(0, size).Select(run => $"run-{run}"),
            Rows.Of(10),
            0
        );
        return Sweeping.Of(() => many.OrchestrateAsync());
    }

    private static async Task<Sweeping> Journal(int size, bool isListed)
    {
        var directory = new JournalDirectory();
        await JournalFilling.FillAsync(directory.Path, size, rowsOfRun: 1);
        var store = isListed ? await FasterCheckpointStore.OpenAsync(directory.Path) : null;
        return new(
            async () =>
            {
                if (store is null)
                    store = await FasterCheckpointStore.OpenAsync(directory.Path);
                else
                    await foreach (var _ in store.ListRunsAsync(RunFilter.All)) { }
            },
            async () =>
            {
                await store!.DisposeAsync();
                directory.Dispose();
            }
        );
    }

    private static Task<Sweeping> Flows(int size)
    {
        var workflow = Rows.Of(1);
        var scheduler = Enumerable
            .Range(0, size)
            .Aggregate(new Scheduler(), (all, flow) => all.EveryHours($"flow-{flow}", workflow, 0, 1));
        RunningScheduler? running = null;
        return Sweeping.Of(
            async () => running = await scheduler.StartAsync(),
            async () => await running!.DisposeAsync()
        );
    }

    /// <summary>All lie in the inbox before the first is taken.</summary>
    private static async Task<Sweeping> Signals(int size)
    {
        var taken = 0;
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workflow = Workflow
            .Bare<int>()
            .WithName("signalled")
            .Register(
                0,
                async (_, token) =>
                {
                    await gate.Task.WaitAsync(token);
                    return 1;
                },
                TaskConfig.Minimal
            )
            .RegisterWait(1, Wait.For<int>().On(s_tick, _ => ++taken < size ? 1 : 2))
            .AddExitState(2);
        var engine = CanoEngine.InMemory();
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, 0, "run");
        return new(
            async () =>
            {
                for (var i = 0; i < size; i++)
                    await run.SignalAsync(s_tick);
                gate.SetResult();
                await run.Completion();
            },
            async () => await engine.DisposeAsync()
        );
    }

    private static Task<Sweeping> Children(int size)
    {
        var child = Rows.Of(1).WithName("child");
        var parent = Workflow
            .Bare<int>()
            .WithName("parent")
            .RegisterChildren(
                0,
                _ => Enumerable.Range(0, size),
                child,
                0,
                JoinStrategy.All,
                (_, ends) => ends.Count == size ? 1 : 2
            )
            .AddExitStates(1, 2);
        var engine = CanoEngine.InMemory();
        engine.Add(parent);
        return Sweeping.Of(
            async () => await (await engine.StartAsync(parent, 0, "run")).Completion(),
            async () => await engine.DisposeAsync()
        );
    }

    private static Task<Sweeping> Keys(int size)
    {
        var put = 0;
        var workflow = Workflow
            .Create<int>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithCheckpointStore(new MemoryCheckpointStore())
            .Register(
                0,
                context =>
                {
                    context.Store.Put($"key-{put}", put);
                    return ++put < size ? 0 : 1;
                },
                TaskConfig.Minimal
            )
            .AddExitState(1);
        return Sweeping.Of(() => workflow.OrchestrateAsync(0, "run"));
    }
}
