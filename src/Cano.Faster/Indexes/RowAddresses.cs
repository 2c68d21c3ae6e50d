using System.Runtime.InteropServices;

namespace Cano.Faster.Indexes;

/// <summary>The log addresses of all runs' rows. Each run's are a chain from its newest row back, and all
/// chains lie in the same blocks: a row that is added touches no memory but the newest block and its
/// run.</summary>
internal sealed class RowAddresses
{
    /// <summary>Stands for no row.</summary>
    public const int None = -1;

    private const int BlockBits = 12;

    /// <summary>A journal of few rows has one small block.</summary>
    private const int FirstBlockMin = 1 << 6;

    private readonly record struct Link(long Address, int Before);

    private readonly List<Link[]> blocks = [];
    private int used;

    /// <summary>The first of the links that were given back, each of which leads to the next.</summary>
    private int free = None;

    /// <summary>The address of a row.</summary>
    public long this[int row] => At(row).Address;

    /// <summary>Adds a row behind the chain that ends with another, and returns it.</summary>
    public int Add(long address, int before)
    {
        var row = free;
        if (row == None)
            row = New();
        else
            free = At(row).Before;
        At(row) = new(address, before);
        return row;
    }

    /// <summary>Gives back a whole chain.</summary>
    public void Remove(int oldest, int newest)
    {
        if (newest == None)
            return;
        At(oldest) = new(Address: 0, free);
        free = newest;
    }

    /// <summary>The addresses of a chain of so many rows, oldest first.</summary>
    public long[] ToArray(int newest, int count)
    {
        var addresses = new long[count];
        for (var (i, row) = (count - 1, newest); i >= 0; i--, row = At(row).Before)
            addresses[i] = At(row).Address;
        return addresses;
    }

    /// <summary>Puts other addresses in the place of the first of a chain of so many rows.</summary>
    public void Replace(int newest, int count, IReadOnlyList<long> first)
    {
        for (var (i, row) = (count - 1, newest); i >= 0; i--, row = At(row).Before)
            if (i < first.Count)
                At(row) = At(row) with { Address = first[i] };
    }

    private int New()
    {
        if (blocks is [{ Length: < 1 << BlockBits } first] && used == first.Length)
            Array.Resize(ref CollectionsMarshal.AsSpan(blocks)[0], 2 * used);
        else if (used == blocks.Count << BlockBits)
            blocks.Add(new Link[blocks.Count == 0 ? FirstBlockMin : 1 << BlockBits]);
        return used++;
    }

    private ref Link At(int row) => ref blocks[row >> BlockBits][row & ((1 << BlockBits) - 1)];
}
