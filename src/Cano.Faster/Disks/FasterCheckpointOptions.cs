using Cano.Faster.Disks;
using Microsoft.Extensions.Logging;

namespace Cano;

/// <summary>How a <see cref="FasterCheckpointStore"/> lays out its journal. The two sizes that are stored
/// with a journal, page and segment, cannot be changed once it exists. What does not fit together is refused,
/// as `checkpoint_store`, when the journal is opened.</summary>
public sealed record FasterCheckpointOptions
{
    /// <summary>The size of a page in bits (20 are a megabyte), 16 to 20; 20 unless given. A row that does
    /// not fit into the rest of a page is stored in parts.</summary>
    public int PageSizeBits { get; init; } = 20;

    /// <summary>The size of the write buffer in bits, from two pages to 30; 22, four megabytes, unless
    /// given.</summary>
    public int MemorySizeBits { get; init; } = 22;

    /// <summary>The size of a segment file in bits, from one page to 30; 24, sixteen megabytes, unless given.
    /// Space is given back by whole segments.</summary>
    public int SegmentSizeBits { get; init; } = 24;

    /// <summary>The clock that paces the superblock and stamps ends; the system's unless given.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the journal tells what no caller hears of, such as space that it cannot give back;
    /// nowhere unless given. What it throws changes nothing.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>The sizes: "pages of 2^20 bytes, memory 2^22, segments 2^24".</summary>
    public override string ToString() =>
        $"pages of 2^{PageSizeBits} bytes, memory 2^{MemorySizeBits}, segments 2^{SegmentSizeBits}";

    /// <summary>The disk beneath the journal; another one in tests that make it fail.</summary>
    internal JournalDisk Disk { get; init; } = PhysicalDisk.Instance;

    /// <summary>A journal whose log has grown by less keeps no index on disk: to scan it again takes no
    /// longer.</summary>
    internal long IndexBytesMin { get; init; } = 1 << 22;

    internal long PageSize => 1L << PageSizeBits;

    /// <summary>What is wrong with these options, or null.</summary>
    internal string? Problem =>
        PageSizeBits is < 16 or > 20 ? $"PageSizeBits is {PageSizeBits}; choose 16 to 20"
        : MemorySizeBits <= PageSizeBits || MemorySizeBits > 30
            ? $"MemorySizeBits is {MemorySizeBits}; choose {PageSizeBits + 1} to 30"
        : SegmentSizeBits < PageSizeBits || SegmentSizeBits > 30
            ? $"SegmentSizeBits is {SegmentSizeBits}; choose {PageSizeBits} to 30"
        : null;
}
