using Cano.Reliability.RealDisks;
using Cano.Reliability.Serving;

namespace Cano.Reliability.Rows;

/// <summary>The example's service, as a process, under everything that happens to services; then bank's and
/// warehouse's books against its outputs, order by order.</summary>
internal static class ServiceRow
{
    public static ScoreRow Row { get; } =
        new(
            Number: 31,
            Name: "service",
            Claim: "a service that is stopped, killed, upgraded and out of space loses, doubles and refunds no order",
            QuickCount: 60,
            FullCount: 10_000,
            RunAsync
        );

    private static async Task<string> RunAsync(Trials trials)
    {
        using var folder = new TempDirectory();
        // What ended is kept, so that it can be compared: some KiB an order.
        using var disk = LoopDisk.TryMake(mebibytes: trials.Count < 1_000 ? 64 : 384, out var why);
        using var ordeal = new Ordeal(trials, folder.Path, disk);
        var told = await ordeal.RunAsync();
        return disk is null ? $"{told}; SKIPPED a disk without space: {why}" : $"{told}; its disk ran full";
    }
}
