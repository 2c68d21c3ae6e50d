using System.Reflection;
using BenchmarkDotNet.Running;
using Cano.Benchmarks.Quick;

namespace Cano.Benchmarks.Peers;

/// <summary>A workload as one of those laid beside each other does it.</summary>
/// <param name="Workload">Its name, alike for all that do the same work.</param>
/// <param name="Peer">Whose it is.</param>
/// <param name="Benchmark">The method.</param>
internal sealed record Entry(string Workload, string Peer, Descriptor Benchmark)
{
    public const string Cano = "Cano";
    public const string ByHand = "by hand";

    /// <summary>All entries of the workloads that a peer does too; of each workload Cano's first, then the
    /// same by hand.</summary>
    public static IReadOnlyList<Entry> All { get; } = Order();

    /// <summary>The version of whose it is; none where it is no package.</summary>
    public string? Version =>
        Attribute?.One.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            is { InformationalVersion: var version }
            ? version.Split('+', ' ')[0].TrimEnd('.')
            : null;

    private PeerAttribute? Attribute => Benchmark.Type.GetCustomAttribute<PeerAttribute>();

    private static List<Entry> Order()
    {
        var peers = Quick.Workload.AllOf(typeof(Entry).Assembly).Select(Of).ToList();
        var workloads = peers.Select(it => it.Workload).ToHashSet();
        return
        [
            .. Quick
                .Workload.AllOf(typeof(QuickMode).Assembly)
                .Select(Of)
                .Where(it => workloads.Contains(it.Workload))
                .Concat(peers)
                .GroupBy(it => it.Workload)
                .SelectMany(it => it.OrderBy(entry => Rank(entry.Peer))),
        ];
    }

    private static int Rank(string peer) =>
        peer switch
        {
            Cano => 0,
            ByHand => 1,
            _ => 2,
        };

    private static Entry Of(Descriptor benchmark)
    {
        var name = Quick.Workload.NameOf(benchmark);
        if (name.StartsWith(Quick.Workload.Floor, StringComparison.Ordinal))
            return new Entry(name[Quick.Workload.Floor.Length..], ByHand, benchmark);
        var peer = benchmark.Type.GetCustomAttribute<PeerAttribute>()?.Name ?? Cano;
        return new Entry(name, peer, benchmark);
    }
}
