using System.Diagnostics;
using System.Threading.Channels;

namespace Cano.Benchmarks.Cluster;

/// <summary>How long a signal takes from the call of one node to the body of another, with and without hints,
/// in turns.</summary>
internal static class SignalFigures
{
    private const int Signals = 150;
    private static readonly Signal s_ping = new("ping");

    private enum Stage
    {
        Wait,
    }

    public static async Task ShowAsync(Server server)
    {
        await using var here = await Silo.StartAsync(server, "hinted");
        await using var there = await Silo.StartAsync(server, "hinted");
        await using var plainHere = await server.OpenAsync("plain");
        await using var plainThere = await server.OpenAsync("plain");
        await using var hinted = await Pair.OpenAsync(here.Store, there.Store);
        await using var plain = await Pair.OpenAsync(plainHere, plainThere);
        var (with, without, accepted) = (new List<double>(), new List<double>(), new List<double>());
        await hinted.SendAsync(accepted);
        for (var n = 0; n < Signals; n++)
        {
            with.Add(await hinted.SendAsync(accepted));
            without.Add(await plain.SendAsync([]));
            // Anywhere between two looks.
            await Pause.ForAsync(n * 37 % 250);
        }

        Console.WriteLine(
            "| ms from a signal's call to the body on another node | median | p90 | p99 |\n|---|---|---|---|"
        );
        Show("by polls, every 250 ms", without);
        Show("with hints", with);
        Show("the call itself, which is the commit", accepted);
    }

    private static void Show(string name, List<double> times) =>
        Console.WriteLine(
            $"| {name} | {times.Median().Text(2)} | {times.Quantile(0.9).Text(2)} | {times.Quantile(0.99).Text(2)} |"
        );

    /// <summary>Two engines; the run is one's, and the other sends.</summary>
    private sealed record Pair(CanoEngine One, CanoEngine Other, ChannelReader<long> Taken) : IAsyncDisposable
    {
        public static async Task<Pair> OpenAsync(PostgresCheckpointStore here, PostgresCheckpointStore there)
        {
            var taken = Channel.CreateUnbounded<long>();
            var workflow = Workflow
                .Bare<Stage>()
                .WithName("pings")
                .RegisterWait(
                    Stage.Wait,
                    Wait.For<Stage>()
                        .On(
                            s_ping,
                            _ =>
                            {
                                taken.Writer.TryWrite(Stopwatch.GetTimestamp());
                                return Stage.Wait;
                            }
                        )
                );
            var one = (await CanoEngine.OpenAsync(here)).Add(workflow);
            var other = (await CanoEngine.OpenAsync(there)).Add(workflow);
            await one.StartAsync(workflow, Stage.Wait, "ping");
            return new(one, other, taken.Reader);
        }

        public async Task<double> SendAsync(List<double> accepted)
        {
            var started = Stopwatch.GetTimestamp();
            await Other.SignalAsync("ping", s_ping);
            accepted.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            return Stopwatch.GetElapsedTime(started, await Taken.ReadAsync()).TotalMilliseconds;
        }

        public async ValueTask DisposeAsync()
        {
            await Other.DisposeAsync();
            await One.DisposeAsync();
        }
    }
}
