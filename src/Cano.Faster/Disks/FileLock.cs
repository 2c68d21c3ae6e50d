using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cano.Faster.Disks;

/// <summary>Locks an open file until it is closed or the process ends. The platform's own locks can be
/// switched off, and on Unix take a lock that was refused for one that was given.</summary>
/// <remarks>On Windows a file is opened without sharing, which needs no lock.</remarks>
internal static partial class FileLock
{
    private const int Exclusive = 2,
        AtOnce = 4; // LOCK_EX, LOCK_NB

    private const int SetOpenFileLock = 37; // F_OFD_SETLK of Linux

    private const int Interrupted = 4,
        Denied = 13; // EINTR; EACCES: what a lock of fcntl may say for a file in use

    /// <summary>A file that nobody else may have open.</summary>
    /// <exception cref="IOException">It is locked by somebody, or the file system keeps no locks.</exception>
    public static void TakeAlone(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsWindows())
            Take(path, () => Lock(file, Exclusive | AtOnce));
    }

    /// <summary>A file that nobody else may write, and that a copying program may read: such programs take
    /// locks of the other kind.</summary>
    /// <inheritdoc cref="TakeAlone"/>
    public static void TakeWriting(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            TakeAlone(file, path);
            return;
        }

        var whole = new Range { Type = Range.Write };
        Take(path, () => Control(file, SetOpenFileLock, whole));
    }

    private static void Take(string path, Func<int> tryTake)
    {
        int failure;
        do failure = tryTake() == 0 ? 0 : Marshal.GetLastPInvokeError();
        while (failure == Interrupted);

        if (failure == 0)
            return;
        if (failure == Denied || DiskTrouble.IsInUse(failure))
            throw new IOException($"'{path}' is being used by another process", DiskTrouble.InUse);
        throw new NoLockException(
            $"cannot lock '{path}': {Marshal.GetPInvokeErrorMessage(failure)}",
            failure
        );
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, in Range range);

    /// <summary>`struct flock` of a 64-bit Linux: zeros are the whole file.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Range
    {
        public const short Write = 1; // F_WRLCK

        public short Type;
        public short From;
        public long Start;
        public long Length;
        public int Process;
    }
}

/// <summary>The file system keeps no locks, or keeps none now.</summary>
internal sealed class NoLockException(string message, int number) : IOException(message, number);
