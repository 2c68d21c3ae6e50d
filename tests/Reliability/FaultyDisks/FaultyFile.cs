using Cano.Faster.Disks;

namespace Cano.FaultyDisks;

/// <summary>A file of a <see cref="FaultDisk"/>, opened under a path that faults know it by.</summary>
/// <param name="disk">The disk, which does the work.</param>
/// <param name="file">The file's number there.</param>
/// <param name="path">What it was called when it was opened.</param>
internal sealed class FaultyFile(FaultDisk disk, int file, string path) : JournalFile
{
    private bool _isDisposed;

    public override string Path => path;

    public override bool IsInPlace => disk.IsAt(path, file);

    public override long Length => disk.LengthOf(file);

    public override int Read(Span<byte> buffer, long position)
    {
        ThrowIfDisposed();
        disk.Meet(DiskCall.Read, path);
        return disk.Read(file, buffer, position);
    }

    public override void Write(ReadOnlySpan<byte> bytes, long position)
    {
        ThrowIfDisposed();
        var fault = disk.Meet(DiskCall.Write, path);
        disk.Do(new DiskChange.Write(file, position, bytes.ToArray()), fault, path);
    }

    public override void SetLength(long length)
    {
        ThrowIfDisposed();
        disk.Do(new DiskChange.Resize(file, length), disk.Meet(DiskCall.SetLength, path), path);
    }

    public override void Flush()
    {
        ThrowIfDisposed();
        disk.Do(new DiskChange.Flush(file), disk.Meet(DiskCall.Flush, path), path);
    }

    public override void FlushData()
    {
        ThrowIfDisposed();
        var fault = disk.Meet(DiskCall.Flush, path);
        disk.Do(new DiskChange.Flush(file, IsOfDataAlone: true), fault, path);
    }

    public override void Dispose() => _isDisposed = true;

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);
}
