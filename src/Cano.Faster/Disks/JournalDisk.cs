namespace Cano.Faster.Disks;

/// <summary>Everything the journal asks of a disk, so that a test can put a failing one beneath it. Every
/// member throws when the disk refuses; nothing is retried.</summary>
internal abstract class JournalDisk
{
    /// <summary>Creates the directory where it is missing, and makes its own entry durable.</summary>
    public abstract void CreateDirectory(string directory);

    /// <summary>The names of what lies in the directory.</summary>
    public abstract IReadOnlyList<string> Names(string directory);

    /// <summary>Opens a file that nobody else can open to write until it is disposed or this process
    /// ends.</summary>
    public abstract JournalFile Open(string path, FileMode mode);

    /// <summary>Opens a file that nobody else can open until it is disposed or this process ends.</summary>
    public abstract IDisposable Lock(string path);

    /// <summary>Renames a file over another one.</summary>
    public abstract void Move(string path, string target);

    public abstract void Delete(string path);

    /// <summary>Makes created, renamed and deleted entries of the directory durable.</summary>
    public abstract void FlushDirectory(string directory);
}

/// <summary>A file of the journal, read and written by position.</summary>
internal abstract class JournalFile : IDisposable
{
    public abstract long Length { get; }

    /// <summary>The path that it was opened by, and that failures name.</summary>
    public abstract string Path { get; }

    /// <summary>Whether that path still leads to it. Where it does not, whoever looks for the file finds
    /// another or none, and what is written is lost.</summary>
    public abstract bool IsInPlace { get; }

    /// <summary>Fills the buffer as far as the file goes; how many bytes were there.</summary>
    public abstract int Read(Span<byte> buffer, long position);

    public abstract void Write(ReadOnlySpan<byte> bytes, long position);

    public abstract void SetLength(long length);

    /// <summary>Returns when everything written has reached the disk.</summary>
    public abstract void Flush();

    /// <summary>Returns when what was written within the size that the file had at its last
    /// <see cref="Flush"/> has reached the disk: all that is to be flushed where nothing else was
    /// changed.</summary>
    public virtual void FlushData() => Flush();

    /// <exception cref="IOException">The path no longer leads to it.</exception>
    public void ThrowIfMoved()
    {
        if (!IsInPlace)
            throw new IOException(
                $"'{Path}' is no longer the file that was opened: it, or the directory of the journal, was "
                    + "moved, replaced or removed"
            );
    }

    public abstract void Dispose();
}
