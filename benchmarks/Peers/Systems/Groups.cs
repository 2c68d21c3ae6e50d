using Cano.Benchmarks.Workloads;

namespace Cano.Benchmarks.Peers.Systems;

/// <summary>The rows that `journal_disk_256` writes.</summary>
internal static class Groups
{
    public const int Writers = JournalFilling.Writers;
    public const int RowsOfWriter = JournalSizeBenchmarks.RowsOfWriter;
    public const int Rows = Writers * RowsOfWriter;
}
