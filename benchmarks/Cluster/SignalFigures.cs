using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Cano.Benchmarks.Cluster;

/// <summary>How long a signal and a cancel take from the call of one node to the body of another, with and
/// without hints, in turns.</summary>
internal static class SignalFigures
{
    private const int Samples = 60;
    private static readonly Signal s_ping = new("ping");
    private static readonly Signal s_stop = new("stop");

    private enum Stage
    {
        Wait,
        Work,
        End,
    }

    public static async Task ShowAsync(Server server)
    {
        await using var here = await Silo.StartAsync(server, "hinted");
        await using var there = await Silo.StartAsync(server, "hinted");
        await using var plainHere = await server.OpenAsync("plain");
        await using var plainThere = await server.OpenAsync("plain");
        await using var hinted = await Pair.OpenAsync(here.Store, there.Store);
        await using var plain = await Pair.OpenAsync(plainHere, plainThere);
        await hinted.CancelAsync("warm");
        var (signals, cancels) = ((With: Times(), Without: Times()), (With: Times(), Without: Times()));
        for (var n = 0; n < Samples; n++)
        {
            signals.With.Add(await hinted.SignalAsync());
            signals.Without.Add(await plain.SignalAsync());
            var id = n.ToString(CultureInfo.InvariantCulture);
            cancels.With.Add(await hinted.CancelAsync(id));
            cancels.Without.Add(await plain.CancelAsync(id));
            // Anywhere between two looks.
            await Pause.ForAsync(n * 37 % 250);
        }

        Console.WriteLine(
            "| ms from the call on one node to the body on another | median | p90 | p99 |\n|---|---|---|---|"
        );
        Show("a cancel of a body at work, by polls every 250 ms", cancels.Without);
        Show("the same, with hints", cancels.With);
        Show("a signal to a run that waits, by polls", signals.Without);
        Show("the same, with hints", signals.With);

        static List<double> Times() => [];
    }

    private static void Show(string name, List<double> times) =>
        Console.WriteLine(
            $"| {name} | {times.Median().Text(1)} | {times.Quantile(0.9).Text(1)} | {times.Quantile(0.99).Text(1)} |"
        );

    /// <summary>Two engines; the runs are one's, and the other sends.</summary>
    private sealed record Pair(
        CanoEngine One,
        CanoEngine Other,
        Workflow<Stage> Workflow,
        Channel<long> Heard
    ) : IAsyncDisposable
    {
        public static async Task<Pair> OpenAsync(PostgresCheckpointStore here, PostgresCheckpointStore there)
        {
            var heard = Channel.CreateUnbounded<long>();
            var workflow = Waiting(heard.Writer);
            var one = (await CanoEngine.OpenAsync(here)).Add(workflow);
            var other = (await CanoEngine.OpenAsync(there)).Add(workflow);
            await one.StartAsync(workflow, Stage.Wait, "ping");
            return new(one, other, workflow, heard);
        }

        public Task<double> SignalAsync() => TimedAsync(() => Other.SignalAsync("ping", s_ping));

        public async Task<double> CancelAsync(string id)
        {
            await One.StartAsync(Workflow, Stage.Work, id);
            // The body is at work.
            await Heard.Reader.ReadAsync();
            return await TimedAsync(() => Other.CancelAsync(id));
        }

        public async ValueTask DisposeAsync()
        {
            await Other.DisposeAsync();
            await One.DisposeAsync();
        }

        private async Task<double> TimedAsync(Func<Task> send)
        {
            var started = Stopwatch.GetTimestamp();
            await send();
            return Stopwatch.GetElapsedTime(started, await Heard.Reader.ReadAsync()).TotalMilliseconds;
        }

        private static Workflow<Stage> Waiting(ChannelWriter<long> heard)
        {
            return Cano
                .Workflow.Bare<Stage>()
                .WithName("pings")
                .RegisterWait(
                    Stage.Wait,
                    Wait.For<Stage>().On(s_ping, _ => Heard(Stage.Wait)).On(s_stop, Stage.End)
                )
                .Register(
                    Stage.Work,
                    async (_, token) =>
                    {
                        Heard(Stage.Work);
                        try
                        {
                            await new TaskCompletionSource().Task.WaitAsync(token);
                        }
                        finally
                        {
                            Heard(Stage.Work);
                        }

                        return Stage.End;
                    }
                )
                .AddExitState(Stage.End);

            Stage Heard(Stage stage)
            {
                heard.TryWrite(Stopwatch.GetTimestamp());
                return stage;
            }
        }
    }
}
