using Cano.Kernel;

namespace Cano;

/// <summary>What rows take from their run's inbox, and what an inbox refuses. For whoever writes an
/// <see cref="IInboxStore"/>.</summary>
public static class InboxTaking
{
    /// <summary>Whether an entry is taken when the row is appended: a signal by the row that names its
    /// number, a cancel by a row that says that the run is cancelled or ends, every entry by an end that is
    /// not a failure with nothing undone.</summary>
    /// <param name="row">The row.</param>
    /// <param name="kind">The entry's.</param>
    /// <param name="number">The entry's.</param>
    public static bool Takes(CheckpointRow row, InboxKind kind, long number)
    {
        ArgumentNullException.ThrowIfNull(row);
        return InboxRule.Takes(row.Kind, row.Status, SignalOf(row), kind, number);
    }

    /// <summary>Why a run accepts nothing; null when it does.</summary>
    /// <param name="id">The run.</param>
    /// <param name="status">What its newest row says that it is; null when it has none.</param>
    public static CanoException? Refusal(string id, RowStatus? status) =>
        status switch
        {
            null => new(CanoError.Of(Fault.NewRunNotFound($"There is no run '{id}'"))),
            { } known when !InboxRule.IsOpen(known) => new(
                CanoError.Of(Fault.NewRunEnded($"Run '{id}' has ended ({known}), and takes nothing any more"))
            ),
            _ => null,
        };

    /// <summary>Whether there is nothing that an entry of this kind could still change.</summary>
    /// <param name="kind">The entry's.</param>
    /// <param name="status">What the run's newest row says that it is.</param>
    /// <param name="category">Of a run that failed, its error's category; else null.</param>
    public static bool IsMoot(InboxKind kind, RowStatus status, string? category) =>
        InboxRule.IsMoot(kind, status, category);

    /// <summary>Whether an entry is one of those that are looked for: of the kind, with one of the names, if
    /// there are any, accepted before the instant, if there is one.</summary>
    internal static bool IsWanted(
        InboxItem item,
        InboxKind kind,
        IReadOnlyCollection<string>? names,
        DateTimeOffset? before
    ) =>
        item.Kind == kind
        && (names is null || names.Contains(item.Name))
        && Inbox.IsInTime(item.AcceptedAt, before);

    /// <summary>The entry that a row of a taken signal names; -1 for any other row.</summary>
    internal static long SignalOf(CheckpointRow row) =>
        row.Kind == RowKind.SignalTaken ? InboxFormat.NumberTaken(OptionalBytes.Of(row.Payload)) : -1;
}
