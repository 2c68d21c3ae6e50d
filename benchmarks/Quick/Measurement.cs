using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cano.Benchmarks.Quick;

/// <summary>What rounds of a workload showed; one line of JSON. Times are those of one unit.</summary>
/// <param name="Workload">Its name.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="MedianNs">The median of the rounds.</param>
/// <param name="MinNs">The least of the rounds.</param>
/// <param name="CpuNs">What all processors spent over all rounds, for the user and in the system, on
/// processes begun by the workload too.</param>
/// <param name="BytesPerUnit">Allocated, in the round that allocated least.</param>
/// <param name="Rounds">How many.</param>
internal sealed record Measurement(
    string Workload,
    string Unit,
    double MedianNs,
    double MinNs,
    double CpuNs,
    double BytesPerUnit,
    int Rounds
)
{
    /// <summary>Whose it is, where several are laid beside each other.</summary>
    public string? Peer { get; init; }

    private static readonly TimeSpan s_round = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(900);
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Warms up until tiered compilation has settled, then times the rounds.</summary>
    public static async Task<Measurement> OfAsync(Workload workload, int rounds)
    {
        var runs = await RunsWithinAsync(workload, s_warmUp);
        var perRound = (int)Math.Max(1, runs * s_round.TotalSeconds / s_warmUp.TotalSeconds);
        await RunsWithinAsync(workload, s_warmUp);
        var units = (double)perRound * workload.UnitsPerRun;
        var times = new double[rounds];
        var bytes = double.MaxValue;
        var cpu = TimeSpan.Zero;
        for (var round = 0; round < rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var spent = Environment.CpuUsage.TotalTime + ChildTime.Spent;
            var started = Stopwatch.GetTimestamp();
            for (var run = 0; run < perRound; run++)
                await workload.RunAsync();
            var elapsed = Stopwatch.GetElapsedTime(started);
            cpu += Environment.CpuUsage.TotalTime + ChildTime.Spent - spent;
            // The least of the rounds: what other threads of the runtime allocate does not belong to the
            // workload.
            bytes = Math.Min(bytes, (GC.GetTotalAllocatedBytes(precise: true) - before) / units);
            times[round] = elapsed.TotalNanoseconds / units;
        }

        Array.Sort(times);
        var cpuNs = cpu.TotalNanoseconds / units / rounds;
        return new Measurement(
            workload.Name,
            workload.Unit,
            times[rounds / 2],
            times[0],
            cpuNs,
            bytes,
            rounds
        );
    }

    public string ToJson() =>
        JsonSerializer.Serialize(
            new
            {
                Workload,
                Peer,
                Unit,
                MedianNs = Math.Round(MedianNs, 1),
                MinNs = Math.Round(MinNs, 1),
                BytesPerUnit = Math.Round(BytesPerUnit, 2),
                UnitsPerSecond = Math.Round(1e9 / MedianNs),
                Rounds,
                CpuNs = Math.Round(CpuNs, 1),
            },
            s_json
        );

    private static async Task<long> RunsWithinAsync(Workload workload, TimeSpan span)
    {
        var runs = 0L;
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < span; runs++)
            await workload.RunAsync();
        return Math.Max(1, runs);
    }
}
