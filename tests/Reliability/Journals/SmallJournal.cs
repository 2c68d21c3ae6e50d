using Cano.Faster.Disks;
using Cano.FaultyDisks;
using Cano.Testing;
using Microsoft.Extensions.Logging;

namespace Cano.Reliability.Journals;

/// <summary>Opens journals of the smallest sizes on a disk in memory.</summary>
internal static class SmallJournal
{
    public const string Directory = "/journal";

    public const string MetaPath = $"{Directory}/{SuperblockFile.Name}";

    public const int PageSizeBits = 16;

    public const int PageSize = 1 << PageSizeBits;

    /// <summary>Opens the journal, and creates it where there is none. Superblocks come with the given clock:
    /// none by time on one that stands still.</summary>
    public static Task<FasterCheckpointStore> OpenAsync(
        FaultDisk disk,
        TimeProvider? clock = null,
        ILogger? logger = null
    ) =>
        FasterCheckpointStore.OpenAsync(
            Directory,
            new FasterCheckpointOptions
            {
                PageSizeBits = PageSizeBits,
                MemorySizeBits = PageSizeBits + 1,
                SegmentSizeBits = PageSizeBits,
                // Every closed journal that has grown enough keeps its index.
                IndexBytesMin = 1,
                TimeProvider = clock ?? new VirtualTime(),
                Logger = logger,
                Disk = disk,
            }
        );
}
