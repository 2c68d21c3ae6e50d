using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cano.Faster.Disks;

/// <summary>The machine's own disk.</summary>
internal sealed partial class PhysicalDisk : JournalDisk
{
    private PhysicalDisk() { }

    public static PhysicalDisk Instance { get; } = new();

    public override void CreateDirectory(string directory)
    {
        if (Directory.Exists(directory))
            return;
        if (File.Exists(directory))
            throw new IOException($"'{directory}' is a file, not a directory");

        var parent = Path.GetDirectoryName(directory);
        if (parent is not null)
            CreateDirectory(parent);
        Directory.CreateDirectory(directory);
        if (parent is not null)
            FlushDirectory(parent);
    }

    public override IReadOnlyList<string> Names(string directory) =>
        [.. Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path))];

    public override JournalFile Open(string path, FileMode mode)
    {
        var shared = FileShare.ReadWrite | FileShare.Delete;
        return new PhysicalFile(Locked(path, mode, shared, FileLock.TakeWriting), path);
    }

    public override IDisposable Lock(string path)
    {
        var shared = OperatingSystem.IsWindows() ? FileShare.None : FileShare.ReadWrite;
        return Locked(path, FileMode.OpenOrCreate, shared, FileLock.TakeAlone);
    }

    public override void Move(string path, string target) => File.Move(path, target, overwrite: true);

    public override void Delete(string path) => File.Delete(path);

    /// <summary>Windows keeps its directories durable by itself.</summary>
    public override void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;

        using var handle = OpenDirectory(directory, flags: 0);
        if (handle.IsInvalid)
        {
            var failure = Marshal.GetLastPInvokeError();
            throw new IOException(
                $"cannot flush '{directory}': {Marshal.GetPInvokeErrorMessage(failure)}",
                failure
            );
        }

        DurableFlush.Flush(handle, directory);
    }

    private static SafeFileHandle Locked(
        string path,
        FileMode mode,
        FileShare shared,
        Action<SafeFileHandle, string> take
    )
    {
        var handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, shared);
        try
        {
            take(handle, path);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    // O_RDONLY is 0 on every Unix.
    [LibraryImport(
        "libc",
        EntryPoint = "open",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    private static partial SafeFileHandle OpenDirectory(string path, int flags);

    private sealed class PhysicalFile(SafeFileHandle handle, string path) : JournalFile
    {
        public override string Path => path;

        public override bool IsInPlace => FilePlace.IsOf(handle, path);

        public override long Length => RandomAccess.GetLength(handle);

        public override int Read(Span<byte> buffer, long position)
        {
            var taken = 0;
            while (taken < buffer.Length)
            {
                var count = RandomAccess.Read(handle, buffer[taken..], position + taken);
                if (count == 0)
                    break;
                taken += count;
            }

            return taken;
        }

        public override void Write(ReadOnlySpan<byte> bytes, long position) =>
            RandomAccess.Write(handle, bytes, position);

        public override void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public override void Flush() => DurableFlush.Flush(handle, path);

        public override void FlushData() => DurableFlush.FlushData(handle, path);

        public override void Dispose() => handle.Dispose();
    }
}
