namespace Cano.Testing.Driving;

/// <summary>A store whose calls under way count as work.</summary>
internal sealed class CountedStore(ICheckpointStore inner, VirtualWork work)
    : DelegatingCheckpointStore(inner)
{
    public override ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    ) => Counted(base.AppendAsync(runId, row, fence, cancellationToken));

    public override ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    ) => Counted(base.BeginAsync(runId, first, cancellationToken));

    public override ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    ) => Counted(base.LoadRunAsync(runId, cancellationToken));

    public override ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default) =>
        Counted(base.ClearAsync(runId, cancellationToken));

    public override ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    ) => Counted(base.ClaimAsync(runId, owner, cancellationToken));

    public override ValueTask ReleaseAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    ) => Counted(base.ReleaseAsync(runId, fence, cancellationToken));

    public override ValueTask<bool> AcceptAsync(
        string runId,
        InboxItem item,
        CancellationToken cancellationToken = default
    ) => Counted(base.AcceptAsync(runId, item, cancellationToken));

    public override ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
        string runId,
        CancellationToken cancellationToken = default
    ) => Counted(base.ReadInboxAsync(runId, cancellationToken));

    public override ValueTask<InboxItem?> FindOldestAsync(
        string runId,
        InboxKind kind,
        IReadOnlyCollection<string>? names = null,
        DateTimeOffset? before = null,
        CancellationToken cancellationToken = default
    ) => Counted(base.FindOldestAsync(runId, kind, names, before, cancellationToken));

    public override ValueTask RestAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    ) => Counted(base.RestAsync(runId, fence, cancellationToken));

    public override ValueTask<bool> ParkAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    ) => Counted(base.ParkAsync(runId, fence, cancellationToken));

    public override ValueTask<IReadOnlyCollection<string>> UnfinishedAsync(
        IReadOnlyCollection<string> runIds,
        CancellationToken cancellationToken = default
    ) => Counted(base.UnfinishedAsync(runIds, cancellationToken));

    public override ValueTask RetireAsync(
        string? runId,
        string workflow,
        Retention retention,
        DateTimeOffset now,
        CancellationToken cancellationToken = default
    ) => Counted(base.RetireAsync(runId, workflow, retention, now, cancellationToken));

    private protected override ValueTask<RunClaim?> TryClaim(string runId, ClaimIf rule) =>
        Counted(base.TryClaim(runId, rule));

    private ValueTask Counted(ValueTask call) =>
        call.IsCompleted ? call : new(work.CountAsync(AnsweredAsync(call)));

    private ValueTask<T> Counted<T>(ValueTask<T> call) =>
        call.IsCompleted ? call : new(work.CountAsync(call.AsTask()));

    private static async Task<bool> AnsweredAsync(ValueTask call)
    {
        await call.ConfigureAwait(false);
        return true;
    }
}
