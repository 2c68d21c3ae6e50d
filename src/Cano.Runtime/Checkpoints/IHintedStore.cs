namespace Cano.Runtime.Checkpoints;

/// <summary>A store whose processes may tell each other at once what each would find at its next
/// look.</summary>
/// <remarks>A hint is a reason to look and nothing else: it may be lost, doubled or late, or come to the
/// wrong process. What counts is what the store says.</remarks>
internal interface IHintedStore
{
    /// <summary>Has somebody carry this process's hints to others, until that is given up. It hears of nodes
    /// that have joined before, too.</summary>
    Task<IDisposable> CarryByAsync(IHintCarrier carrier);

    /// <summary>A hint of another process's has come.</summary>
    void Hear(RunHint hint);

    /// <summary>Asks to be told when a run has ended, whoever brings it there. Returns at once.</summary>
    void AwaitEnd(string runId);

    /// <summary>Rings when a run may have ended, in whichever process, until the watch is given up. Ringing
    /// is short and throws nothing.</summary>
    IDisposable WatchEnds(Action<string> ring);
}

/// <summary>Carries hints to other processes. Neither call throws.</summary>
internal interface IHintCarrier
{
    /// <summary>A node of this process is a member: when this returns others can find where hints for it go.
    /// It begins no run before.</summary>
    Task JoinedAsync(long node);

    /// <summary>Carries a hint to the process of its node, if it can. Waits for nothing.</summary>
    void Carry(RunHint hint);
}

/// <summary>What one process tells another.</summary>
/// <param name="Kind">What has happened.</param>
/// <param name="RunId">To which run.</param>
/// <param name="Node">The membership that is told.</param>
internal readonly record struct RunHint(HintKind Kind, string RunId, long Node);

internal enum HintKind : byte
{
    /// <summary>Something was sent to the run.</summary>
    Sent = 1,

    /// <summary>The run has ended.</summary>
    Ended = 2,
}
