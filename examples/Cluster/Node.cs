namespace Cano.Examples.Nodes;

/// <summary>One node: it opens the store and an engine, as every process of a cluster does.</summary>
internal static class Node
{
    public static async Task<int> RunAsync(string name, string connection)
    {
        await using var store = await PostgresCheckpointStore.OpenAsync(
            connection,
            new() { Schema = "cano_example" }
        );
        await using var engine = await CanoEngine.OpenAsync(
            store,
            new CanoEngineOptions { NodeName = name, Lease = TimeSpan.FromSeconds(3) }
        );
        var parcels = Parcels.Workflow((run, what) => Console.WriteLine($"{name}  {run}  {what}"));
        engine.Add(parcels);
        Console.WriteLine($"{name}  works");
        _ = Task.Run(async () =>
        {
            await foreach (var _ in engine.ResumeAsync()) { }
        });
        // Each line is a run to start; a second start of the same is none. It ends when nobody writes any
        // more.
        while (await Console.In.ReadLineAsync() is { } run)
            await engine.GetOrStartAsync(parcels, Parcels.Start, run);
        return 0;
    }
}
