namespace Cano.FaultyDisks;

/// <summary>What a failing call throws: the words and the number of Linux, by which the journal tells
/// troubles apart.</summary>
internal static class DiskError
{
    private const int InputOutputNumber = 5,
        NoSpaceNumber = 28,
        ReadOnlyNumber = 30;

    private static readonly int s_noQuotaNumber = OperatingSystem.IsLinux() ? 122 : 69;

    public static IOException InputOutput(string path) =>
        new($"Input/output error : '{path}'", InputOutputNumber);

    public static IOException NoSpace(string path) =>
        new($"No space left on device : '{path}'", NoSpaceNumber);

    /// <summary>What the fault makes of a call before anything is done; null when the call goes on.</summary>
    public static Exception? Of(DiskFault? fault, DiskCall call, string path) =>
        fault?.Kind switch
        {
            DiskFaultKind.InputOutput => InputOutput(path),
            DiskFaultKind.PowerCut when call != DiskCall.Write => InputOutput(path),
            DiskFaultKind.NoSpace => NoSpace(path),
            DiskFaultKind.NoQuota => new IOException($"Disk quota exceeded : '{path}'", s_noQuotaNumber),
            DiskFaultKind.ReadOnly => new IOException($"Read-only file system : '{path}'", ReadOnlyNumber),
            DiskFaultKind.Denied => new UnauthorizedAccessException($"Access to '{path}' is denied"),
            _ => null,
        };
}
