namespace Cano.FaultyDisks;

/// <summary>One thing that happened to a disk. Files are numbered in the order in which they came to be, so
/// that a rename does not change what a later write means.</summary>
internal abstract record DiskChange
{
    private DiskChange() { }

    /// <summary>An empty file came to be.</summary>
    public sealed record Create(int File, string Path) : DiskChange;

    public sealed record Write(int File, long Position, byte[] Bytes) : DiskChange;

    public sealed record Resize(int File, long Length) : DiskChange;

    /// <summary>What was written to the file so far is on the platter.</summary>
    /// <param name="File">The file.</param>
    /// <param name="IsOfDataAlone">Only what lies within the size that was flushed, and nothing that was
    /// written after a change of it.</param>
    public sealed record Flush(int File, bool IsOfDataAlone = false) : DiskChange;

    /// <summary>A flush of the file was refused. What was written to it so far can be read until the power
    /// fails, and no later flush writes it. Any of it may be on the platter.</summary>
    /// <param name="File">The file.</param>
    /// <param name="Seed">Draws what is.</param>
    public sealed record Refuse(int File, int Seed) : DiskChange;

    public sealed record Move(int File, string Path, string Target) : DiskChange;

    public sealed record Delete(string Path) : DiskChange;

    /// <summary>What was created, renamed and deleted so far is on the platter.</summary>
    public sealed record FlushDirectory : DiskChange;
}
