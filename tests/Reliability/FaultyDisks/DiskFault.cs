namespace Cano.FaultyDisks;

/// <summary>What goes wrong with a call to the disk.</summary>
internal enum DiskFaultKind
{
    /// <summary>It fails with an input/output error; nothing is written.</summary>
    InputOutput,

    /// <summary>It fails for want of space, or of permission where nothing is written.</summary>
    NoSpace,

    /// <summary>As <see cref="NoSpace"/>, but it is this user's space that is used up.</summary>
    NoQuota,

    /// <summary>It is not allowed.</summary>
    Denied,

    /// <summary>It fails because nothing can be written here.</summary>
    ReadOnly,

    /// <summary>The first part of a write lands; then the space is used up.</summary>
    ShortWrite,

    /// <summary>Any of the sectors of a write land; then it fails.</summary>
    TornWrite,

    /// <summary>Any of the sectors of a write land, nothing of any other change, and no call after it
    /// succeeds.</summary>
    PowerCut,

    /// <summary>One bit of a write is turned over, and nobody is told.</summary>
    FlippedBit,

    /// <summary>A write lands some sectors away, and nobody is told.</summary>
    Misdirected,

    /// <summary>A write does not land, and nobody is told.</summary>
    LostWrite,

    /// <summary>A flush flushes nothing, and nobody is told.</summary>
    LyingFlush,

    /// <summary>A flush fails, and the system forgets that it has not written what it was to flush: another
    /// flush succeeds, and reading gives it still.</summary>
    RefusedFlush,

    /// <summary>The call waits until its <see cref="DiskFault.Held"/> is released.</summary>
    Delay,
}

/// <summary>A fault that waits for its call.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="At">The number of the call that it strikes, from 1, of those that it can strike.</param>
internal sealed record DiskFault(DiskFaultKind Kind, int At = 1)
{
    /// <summary>It strikes every such call from then on.</summary>
    public bool IsLasting { get; init; }

    /// <summary>What a delay holds the call with.</summary>
    public HeldCall? Held { get; init; }

    /// <summary>The only call that it can strike; null: each that its kind fits.</summary>
    public DiskCall? Call { get; init; }

    /// <summary>How the name of a file begins that it can strike.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it can strike such a call.</summary>
    public bool Fits(DiskCall call, string name) =>
        (Call is null || Call == call) && name.StartsWith(Name, StringComparison.Ordinal) && KindFits(call);

    private bool KindFits(DiskCall call) =>
        Kind switch
        {
            DiskFaultKind.InputOutput or DiskFaultKind.Denied or DiskFaultKind.Delay => true,
            DiskFaultKind.NoSpace or DiskFaultKind.NoQuota or DiskFaultKind.ReadOnly => call
                is not (DiskCall.Read or DiskCall.Names),
            DiskFaultKind.PowerCut => call
                is DiskCall.Write
                    or DiskCall.SetLength
                    or DiskCall.Flush
                    or DiskCall.Move
                    or DiskCall.Delete
                    or DiskCall.FlushDirectory,
            DiskFaultKind.LyingFlush or DiskFaultKind.RefusedFlush => call is DiskCall.Flush,
            _ => call is DiskCall.Write,
        };
}
