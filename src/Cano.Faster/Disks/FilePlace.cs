using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cano.Faster.Disks;

/// <summary>Tells whether a path still leads to the file that was opened by it: files are removed, replaced
/// and moved with their directory while they are open, and go on taking writes.</summary>
internal static partial class FilePlace
{
    private const int Here = -100; // AT_FDCWD
    private const int OfHandle = 0x1000; // AT_EMPTY_PATH
    private const uint WithNumber = 0x100; // STATX_INO

    private const int NoEntry = 2,
        NoDirectory = 20; // ENOENT, ENOTDIR

    /// <summary>More than any system tells of a file.</summary>
    private const int AnswerSize = 512;

    private static readonly bool s_isOldMac =
        OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <exception cref="IOException">The system does not say.</exception>
    public static unsafe bool IsOf(SafeFileHandle file, string path)
    {
        // Windows does not move a directory away from an open file.
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return File.Exists(path);

        Span<byte> there = stackalloc byte[AnswerSize];
        Span<byte> held = stackalloc byte[AnswerSize];
        fixed (byte* answer = there)
            if (At(path, answer) != 0)
                return Marshal.GetLastPInvokeError() is not (NoEntry or NoDirectory)
                    ? throw Unknown(path)
                    : false;
        fixed (byte* answer = held)
            if (Of(file, answer) != 0)
                throw Unknown(path);
        return Identity(there) == Identity(held);
    }

    private static unsafe int At(string path, byte* answer) =>
        OperatingSystem.IsLinux() ? TellLinux(Here, path, 0, WithNumber, answer)
        : s_isOldMac ? TellOldMac(path, answer)
        : TellMac(path, answer);

    private static unsafe int Of(SafeFileHandle file, byte* answer)
    {
        var isAdded = false;
        try
        {
            file.DangerousAddRef(ref isAdded);
            var number = (int)file.DangerousGetHandle();
            return OperatingSystem.IsLinux() ? TellLinux(number, "", OfHandle, WithNumber, answer)
                : s_isOldMac ? TellOpenOldMac(number, answer)
                : TellOpenMac(number, answer);
        }
        finally
        {
            if (isAdded)
                file.DangerousRelease();
        }
    }

    /// <summary>The device, and the file's number on it, where the system puts them.</summary>
    private static (ulong Device, ulong Number) Identity(ReadOnlySpan<byte> answer) =>
        OperatingSystem.IsLinux()
            ? (
                BinaryPrimitives.ReadUInt64LittleEndian(answer[136..]),
                BinaryPrimitives.ReadUInt64LittleEndian(answer[32..])
            )
            : (
                BinaryPrimitives.ReadUInt32LittleEndian(answer),
                BinaryPrimitives.ReadUInt64LittleEndian(answer[8..])
            );

    private static IOException Unknown(string path)
    {
        var failure = Marshal.GetLastPInvokeError();
        return new($"cannot look at '{path}': {Marshal.GetPInvokeErrorMessage(failure)}", failure);
    }

    [LibraryImport(
        "libc",
        EntryPoint = "statx",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    private static unsafe partial int TellLinux(
        int directory,
        string path,
        int flags,
        uint mask,
        byte* answer
    );

    [LibraryImport(
        "libc",
        EntryPoint = "stat",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    private static unsafe partial int TellMac(string path, byte* answer);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static unsafe partial int TellOpenMac(int file, byte* answer);

    [LibraryImport(
        "libc",
        EntryPoint = "stat$INODE64",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    private static unsafe partial int TellOldMac(string path, byte* answer);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static unsafe partial int TellOpenOldMac(int file, byte* answer);
}
