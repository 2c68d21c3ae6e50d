namespace Cano.Reliability.Clusters;

/// <summary>What a watch has noted, and what lies in the database at the end.</summary>
/// <param name="Breaches">Changes that must not be.</param>
/// <param name="Memberships">Beginnings and ends, in their order.</param>
/// <param name="Tenures">Who has a run from when on, in their order.</param>
/// <param name="Runs">Every run.</param>
/// <param name="Purchases">What transactional calls wrote.</param>
/// <param name="Settled">When a schedule's watermark was written, in their order.</param>
/// <param name="Newer">How many rows a newer build wrote, and how many an older one wrote next to
/// them.</param>
internal sealed record Watched(
    IReadOnlyList<string> Breaches,
    IReadOnlyList<Membership> Memberships,
    IReadOnlyList<Tenure> Tenures,
    IReadOnlyList<StoredRun> Runs,
    IReadOnlyList<Purchase> Purchases,
    IReadOnlyList<DateTimeOffset> Settled,
    (long Rows, long GoneOn) Newer
);

/// <summary>A node's membership begins or is over, or it begins to watch the others anew, as behind a gap in
/// its beats, or watches no more.</summary>
/// <param name="At">When.</param>
/// <param name="Name">The node's.</param>
/// <param name="Epoch">The membership's number.</param>
/// <param name="IsOver">It is over: the node left, was declared dead, or another of its name joined.</param>
/// <param name="Watches">The node watches from here on.</param>
/// <param name="IsAway">It left, or was declared dead: no other came in its place.</param>
/// <param name="UpSince">When the database that says so was started.</param>
internal sealed record Membership(
    DateTimeOffset At,
    string Name,
    long Epoch,
    bool IsOver,
    bool Watches,
    bool IsAway,
    DateTimeOffset UpSince
);

/// <summary>From this instant on a run is this owner's, or nobody's.</summary>
internal sealed record Tenure(
    DateTimeOffset At,
    string Run,
    long Fence,
    long? Owner,
    long Tries,
    bool HasEnded
);

/// <summary>A run's head, and whether its rows have no gap, and fences that never fall.</summary>
internal sealed record StoredRun(
    string Id,
    short Status,
    long Rows,
    string? Parent,
    long Version,
    bool IsDense,
    bool IsFenced
);

/// <summary>A row of the user's.</summary>
internal sealed record Purchase(string Run, string Key, long Receipt);
