namespace Cano.Faster.Disks;

/// <summary>Tells the troubles of a disk apart by the numbers of the operating system, which exceptions carry
/// in place of a type.</summary>
internal static class DiskTrouble
{
    private const int LinuxWouldBlock = 11,
        MacWouldBlock = 35,
        NoSpace = 28,
        LinuxQuota = 122,
        MacQuota = 69;
    private const int WindowsSharing = unchecked((int)0x80070020),
        WindowsLock = unchecked((int)0x80070021);
    private const int WindowsHandleFull = unchecked((int)0x80070027),
        WindowsFull = unchecked((int)0x80070070),
        WindowsQuota = unchecked((int)0x8007050F);

    /// <summary>The number of a file that is in use.</summary>
    public static int InUse => OperatingSystem.IsLinux() ? LinuxWouldBlock : MacWouldBlock;

    /// <summary>Somebody else has the file open.</summary>
    public static bool IsInUse(Exception? failure) =>
        failure is not null && (IsInUse(failure.HResult) || IsInUse(failure.InnerException));

    /// <summary>Of a lock that is refused: somebody else has it.</summary>
    public static bool IsInUse(int number) => number is WindowsSharing or WindowsLock || number == InUse;

    /// <summary>The disk, or the quota, has no space left.</summary>
    public static bool IsFull(Exception? failure) =>
        failure is not null && (IsFull(failure.HResult) || IsFull(failure.InnerException));

    /// <summary>What the user can do about it.</summary>
    public static string Remedy(Exception failure) =>
        IsFull(failure) ? "free space on its disk"
        : failure is NoLockException ? "name a directory on a local disk, or mount its file system with locks"
        : "mend the cause";

    private static bool IsFull(int number) =>
        number is NoSpace or WindowsHandleFull or WindowsFull or WindowsQuota
        || number == (OperatingSystem.IsLinux() ? LinuxQuota : MacQuota);
}
