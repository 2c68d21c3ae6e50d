namespace Cano.Integration.Engines;

/// <summary>Every kind of engine, by name.</summary>
internal static class Engines
{
    public static TheoryData<string> All => ["in memory", "on a store in memory", "on a journal"];

    public static TheoryData<string> Lasting => ["on a store in memory", "on a journal"];

    /// <summary>An engine that can be opened again on the same storage.</summary>
    public static EngineHome Home(string kind) =>
        kind switch
        {
            "in memory" => new EngineHome(options => Task.FromResult(CanoEngine.InMemory(options)), null),
            "on a store in memory" => OfStore(new MemoryCheckpointStore()),
            "on a journal" => OfDirectory(new TempDirectory()),
            _ => throw new ArgumentException(kind),
        };

    /// <summary>Pays, and ships when the gate is open; what was paid can be undone.</summary>
    public static Workflow<Stage> Saga(Trail trail, Gate gate) =>
        Workflow
            .Bare<Stage>()
            .WithName("orders")
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) =>
                {
                    trail.Add("pay");
                    return new((Stage.Work, 100));
                },
                (_, _, _) =>
                {
                    trail.Add("undo pay");
                    return default;
                }
            )
            .Register(
                Stage.Work,
                async (_, token) =>
                {
                    try
                    {
                        await gate.PassAsync(token);
                    }
                    catch (OperationCanceledException)
                    {
                        trail.Add("ship told to stop");
                        throw;
                    }

                    trail.Add("ship");
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);

    /// <summary>What a resume takes up, and how it ends.</summary>
    public static async Task<List<RunEnd>> ResumedAsync(CanoEngine engine)
    {
        var ends = new List<RunEnd>();
        await foreach (var end in engine.ResumeAsync())
            ends.Add(end);
        return ends;
    }

    private static EngineHome OfStore(MemoryCheckpointStore store) =>
        new(options => CanoEngine.OpenAsync(store, options), () => Task.FromResult<ICheckpointStore>(store));

    private static EngineHome OfDirectory(TempDirectory directory) =>
        new(
            options => CanoEngine.OpenAsync(directory.Path, options),
            async () => await FasterCheckpointStore.OpenAsync(directory.Path),
            directory
        );
}

/// <summary>Where engines are opened one after another.</summary>
internal sealed class EngineHome(
    Func<CanoEngineOptions, Task<CanoEngine>> open,
    Func<Task<ICheckpointStore>>? store,
    IDisposable? directory = null
) : IDisposable
{
    public Task<CanoEngine> OpenAsync(CanoEngineOptions? options = null) =>
        open(options ?? new CanoEngineOptions());

    /// <summary>Processes claim a run one after another, and die of it.</summary>
    public async Task ClaimedAsync(string id, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await using var opened = await store!();
            await opened.ClaimAsync(id, "a process that died");
        }
    }

    public void Dispose() => directory?.Dispose();
}
