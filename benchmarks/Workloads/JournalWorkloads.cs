using Cano.Benchmarks.Quick;

namespace Cano.Benchmarks.Workloads;

public static class JournalWorkloads
{
    public static (string, Func<Workload>)[] All => [];
}
