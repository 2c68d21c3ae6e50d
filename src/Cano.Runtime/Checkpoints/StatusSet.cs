namespace Cano.Runtime.Checkpoints;

/// <summary>Statuses of runs, compared by content.</summary>
internal readonly record struct StatusSet(int Bits)
{
    public static StatusSet Of(IReadOnlyCollection<RunStatus> statuses) =>
        new(statuses.Aggregate(0, (bits, status) => bits | (1 << (int)status)));

    public bool Contains(RunStatus status) => (Bits & (1 << (int)status)) != 0;

    public RunStatus[] ToArray() => Array.FindAll(Enum.GetValues<RunStatus>(), Contains);
}
