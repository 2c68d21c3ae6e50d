using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>Engines that share one store in memory, each by a way of its own.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(12);

    // For its next beat, and for what has expired.
    private const int TimersOfEach = 2;

    private readonly List<CanoEngine> _engines = [];

    public Cluster() => Store = new MemoryCheckpointStore(StoreTime);

    /// <summary>The nodes' clock.</summary>
    public VirtualTime Time { get; } = new();

    /// <summary>The store's clock.</summary>
    public SettableTime StoreTime => field ??= new(Time);

    public MemoryCheckpointStore Store { get; }

    /// <summary>A node more, which knows the workflow.</summary>
    public async Task<ClusterNode> AddAsync(
        string name,
        Workflow<Stage> workflow,
        CanoEngineOptions? options = null,
        bool isDeaf = false
    )
    {
        var link = new Link(Store) { IsDeaf = isDeaf };
        var engine = await CanoEngine.OpenAsync(
            link,
            (options ?? new()) with
            {
                TimeProvider = Time,
                NodeName = name,
                Lease = Lease,
            }
        );
        engine.Add(workflow);
        _engines.Add(engine);
        return new(engine, link, workflow);
    }

    /// <summary>Time passes, a beat at a time.</summary>
    public async Task PassAsync(double leases)
    {
        for (var beats = 0; beats < leases * 3; beats++)
        {
            // Each has beaten when it waits for the next beat.
            await Time.WhenBackgroundAsync(TimersOfEach * _engines.Count).Soon();
            Time.Advance(Lease / 3);
        }

        await Time.WhenBackgroundAsync(TimersOfEach * _engines.Count).Soon();
    }

    /// <summary>Gives what becomes of something; time passes meanwhile, a beat at a time.</summary>
    public async Task<T> EndAsync<T>(Task<T> task)
    {
        for (var beats = 0; beats < 300 && !task.IsCompleted; beats++)
        {
            await PassAsync(1.0 / 3);
            await ((Task)task)
                .WaitAsync(TimeSpan.FromMilliseconds(20))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await task.Soon();
    }

    // What a test left under way may wait for the time that nobody moves any more.
    private async Task EndedAsync(Task disposal)
    {
        for (var beats = 0; beats < 300 && !disposal.IsCompleted; beats++)
        {
            Time.Advance(Lease / 3);
            await disposal
                .WaitAsync(TimeSpan.FromMilliseconds(20))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await disposal.Soon();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines)
            await EndedAsync(engine.DisposeAsync().AsTask());
    }
}

/// <summary>One of them.</summary>
internal sealed record ClusterNode(CanoEngine Engine, Link Link, Workflow<Stage> Workflow)
{
    public Task<WorkflowRun<Stage>> StartAsync(string id) =>
        Engine.StartAsync(Workflow, Stage.Start, id).Soon();

    public WorkflowRun<Stage> Run(string id) => Engine.Run(Workflow, id);
}
