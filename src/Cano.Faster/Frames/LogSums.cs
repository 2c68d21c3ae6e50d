using System.Runtime.InteropServices;

namespace Cano.Faster.Frames;

/// <summary>What a page of the log holds, without what is empty behind it.</summary>
/// <param name="Address">Where its first entry begins.</param>
/// <param name="Length">How many bytes its entries have, one behind the other.</param>
/// <param name="Sum">Their checksum.</param>
internal readonly record struct PageSum(long Address, int Length, uint Sum)
{
    public long End => Address + Length;
}

/// <summary>The checksums of a log's pages, from its beginning to its end: of what was found there, and of
/// what was given to the disk since.</summary>
internal sealed class LogSums(long pageSize)
{
    private readonly List<PageSum> pages = [];

    public IReadOnlyList<PageSum> Pages => pages;

    /// <summary>They are not those of the whole log: something in it is not as it was written.</summary>
    public bool IsBroken { get; private set; }

    public void Break() => IsBroken = true;

    /// <summary>A page goes on, or the next one begins.</summary>
    public void Add(long address, ReadOnlySpan<byte> entries)
    {
        if (IsOnLast(address))
        {
            ref var last = ref CollectionsMarshal.AsSpan(pages)[^1];
            IsBroken |= address != last.End;
            last = new(last.Address, last.Length + entries.Length, Checksum.Of(entries, last.Sum));
        }
        else
        {
            Add(new PageSum(address, entries.Length, Checksum.Of(entries)));
        }
    }

    /// <summary>The next page.</summary>
    public void Add(in PageSum page)
    {
        IsBroken |= pages is [.., var last] && page.Address != LogAddress.PageAfter(last.End, pageSize);
        pages.Add(page);
    }

    /// <summary>The log begins later.</summary>
    public void BeginAt(long begin) => pages.RemoveAll(page => page.Address < begin);

    /// <summary>Whether the address is on the page that was added last.</summary>
    public bool IsOnLast(long address) =>
        pages is [.., var last] && (last.Address & -pageSize) == (address & -pageSize);

    /// <summary>Whether they are those of a log between these addresses, page by page.</summary>
    public bool AreOf(long begin, long end) =>
        !IsBroken
        && (pages is [var first, ..] ? first.Address == begin && pages[^1].End == end : begin == end);
}
