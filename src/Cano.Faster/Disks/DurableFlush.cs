using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cano.Faster.Disks;

/// <summary>Brings what was written to the disk itself, or says why not. The platform's own flush tells of no
/// failure at all on Unix.</summary>
internal static partial class DurableFlush
{
    private const int Interrupted = 4; // EINTR, everywhere
    private const int FullFlush = 51; // F_FULLFSYNC: fsync of macOS leaves the bytes in the drive's cache

    /// <summary>Returns when everything written to the file, or the entries of the directory, are on the
    /// disk.</summary>
    /// <param name="file">A file, or a directory where the system keeps those as files.</param>
    /// <param name="path">Its name, for people.</param>
    /// <exception cref="IOException">The disk refused; its number is the system's.</exception>
    public static void Flush(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows())
            FlushOnWindows(file);
        else
            FlushOnUnix(file, path);
    }

    /// <summary>Returns when everything written to the file is on the disk, and leaves out what only its
    /// entry says of it, such as its times, where the system can.</summary>
    /// <inheritdoc cref="Flush"/>
    public static void FlushData(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows())
            FlushOnWindows(file);
        else
            FlushOnUnix(file, path, isDataAlone: OperatingSystem.IsLinux());
    }

    private static void FlushOnUnix(SafeFileHandle file, string path, bool isDataAlone = false)
    {
        int failure;
        do failure = isDataAlone ? TryFlushData(file) : TryFlush(file);
        while (failure == Interrupted);

        if (failure != 0)
            throw new IOException(
                $"cannot flush '{path}': {Marshal.GetPInvokeErrorMessage(failure)}",
                failure
            );
    }

    /// <summary>0, or the number of the failure.</summary>
    private static int TryFlush(SafeFileHandle file)
    {
        if (OperatingSystem.IsMacOS() && Control(file, FullFlush) != -1)
            return 0;

        // Also where the file system of a Mac knows no full flush: an error of the disk comes again here.
        return FlushFile(file) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private static int TryFlushData(SafeFileHandle file) =>
        FlushFileData(file) == 0 ? 0 : Marshal.GetLastPInvokeError();

    // There the platform does tell.
#pragma warning disable RS0030
    private static void FlushOnWindows(SafeFileHandle file) => RandomAccess.FlushToDisk(file);
#pragma warning restore RS0030

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushFile(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FlushFileData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command);
}
