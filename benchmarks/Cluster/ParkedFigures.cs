using System.Diagnostics;

namespace Cano.Benchmarks.Cluster;

/// <summary>What runs that wait cost in the database, how fast a new process takes them over, and how fast
/// they wake when all are due.</summary>
internal static class ParkedFigures
{
    private const string Schema = "parked";
    private const int Runs = 20_000;

    private enum Stage
    {
        Wait,
        End,
    }

    public static async Task ShowAsync(Server server)
    {
        await using var store = await server.OpenAsync(Schema);
        var empty = await BytesAsync(server);
        var due = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(60);
        var workflow = Waiting(due);
        await using (var first = await OpenAsync(store, workflow))
        {
            await StartAsync(first, workflow);
            await first.SuspendAsync(TimeSpan.FromSeconds(5));
        }

        await server.DoAsync("vacuum");
        var bytes = await BytesAsync(server) - empty;
        Console.WriteLine($"| {Runs:N0} runs that wait | |\n|---|---|");
        Console.WriteLine($"| table and index bytes a run | {((double)bytes / Runs).Text()} |");
        await server.DoAsync($"vacuum full {Schema}.run");
        await server.DoAsync($"vacuum full {Schema}.run_row");
        Console.WriteLine(
            $"| the same, packed anew | {((double)(await BytesAsync(server) - empty) / Runs).Text()} |"
        );
        await using var second = await OpenAsync(store, workflow);
        var started = Stopwatch.GetTimestamp();
        await foreach (var end in second.ResumeAsync(64)) { }
        var resumed = Stopwatch.GetElapsedTime(started);
        Console.WriteLine(
            $"| taken over by a new process, runs a second | {(Runs / resumed.TotalSeconds).Text()} |"
        );
        await Pause.UntilAsync(due);
        started = Stopwatch.GetTimestamp();
        while (await LeftAsync(server) > 0)
            await Pause.ForAsync(20);
        var woken = Stopwatch.GetElapsedTime(started);
        Console.WriteLine(
            $"| woken at one instant and brought to their ends, runs a second | {(Runs / woken.TotalSeconds).Text()} |"
        );
    }

    private static async Task<CanoEngine> OpenAsync(
        PostgresCheckpointStore store,
        Workflow<Stage> workflow
    ) => (await CanoEngine.OpenAsync(store)).Add(workflow);

    private static async Task StartAsync(CanoEngine engine, Workflow<Stage> workflow)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Runs),
            new ParallelOptions { MaxDegreeOfParallelism = 256 },
            async (n, cancel) =>
                await engine.StartAsync(workflow, Stage.Wait, $"order-{n:D8}", cancellationToken: cancel)
        );
        while ((await engine.CountAsync(RunQuery.All)).GetValueOrDefault(RunStatus.Running) > 0)
            await Pause.ForAsync(100);
    }

    private static Task<long> LeftAsync(Server server) =>
        server.AskAsync<long>($"select count(*) from {Schema}.run where ended = 0");

    private static Task<long> BytesAsync(Server server) =>
        server.AskAsync<long>(
            $"select sum(pg_total_relation_size(c.oid))::int8 from pg_class c join pg_namespace n on n.oid = relnamespace "
                + $"where n.nspname = '{Schema}' and c.relkind = 'r'"
        );

    private static Workflow<Stage> Waiting(DateTimeOffset due) =>
        Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(Stage.Wait, new Until<Stage>(due, Stage.End), [Stage.End])
            .AddExitState(Stage.End);
}
