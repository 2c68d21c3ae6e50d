using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;

namespace Cano.Benchmarks.Cluster;

/// <summary>How long runs lie that a process worked on which is killed.</summary>
internal static class TakeoverFigures
{
    /// <summary>The verb that makes this program the process that is killed.</summary>
    public const string Verb = "hold";

    private const string Schema = "takeover";
    private const int Runs = 100;
    private const int Rounds = 7;
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(2);

    private enum Stage
    {
        Work,
        End,
    }

    public static async Task ShowAsync(Server server)
    {
        await using var store = await server.OpenAsync(Schema);
        var taken = new ConcurrentDictionary<string, long>();
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Work,
                context =>
                {
                    taken[context.RunId] = Stopwatch.GetTimestamp();
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        await using var engine = (await CanoEngine.OpenAsync(store, new() { Lease = s_lease })).Add(workflow);
        var (first, last) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            taken.Clear();
            using var holder = Start(server.ConnectionString);
            while (await holder.StandardOutput.ReadLineAsync() is not "held") { }
            // Anywhere between two beats.
            await Pause.ForAsync(1000 + 97 * round);
            var killed = Stopwatch.GetTimestamp();
            holder.Kill();
            while (taken.Count < Runs)
                await Pause.ForAsync(1);
            first.Add(Stopwatch.GetElapsedTime(killed, taken.Values.Min()) / s_lease);
            last.Add(Stopwatch.GetElapsedTime(killed, taken.Values.Max()) / s_lease);
        }

        Console.WriteLine(
            $"| leases from kill -9 to the work of {Runs} runs elsewhere | median | worst |\n|---|---|---|"
        );
        Console.WriteLine($"| the first | {first.Median().Text(2)} | {first.Max().Text(2)} |");
        Console.WriteLine($"| the last | {last.Median().Text(2)} | {last.Max().Text(2)} |");
    }

    /// <summary>Works on runs until it is killed.</summary>
    public static async Task<int> HoldAsync(string connection)
    {
        var held = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Work,
                async (_, token) =>
                {
                    if (Interlocked.Increment(ref held) == Runs)
                        Console.WriteLine("held");
                    await new TaskCompletionSource().Task.WaitAsync(token);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        await using var store = await PostgresCheckpointStore.OpenAsync(
            connection,
            new() { Schema = Schema }
        );
        await using var engine = (await CanoEngine.OpenAsync(store, new() { Lease = s_lease })).Add(workflow);
        var batch = Guid.NewGuid().ToString("N")[..8];
        for (var n = 0; n < Runs; n++)
            await engine.StartAsync(workflow, Stage.Work, $"{batch}-{n}");
        await new TaskCompletionSource().Task;
        return 0;
    }

    private static Process Start(string connection)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        // Started by `dotnet Program.dll` the process is dotnet, and the program its first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
        start.ArgumentList.Add(Verb);
        start.ArgumentList.Add(connection);
        return Process.Start(start)!;
    }
}
