using System.Text;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.StoredRuns;

namespace Cano.CSharp.Scheduling;

/// <summary>The last occurrence of a flow that is over, in a run of its own that outlives the flow's
/// runs.</summary>
/// <remarks>docs/journal-format.md describes it; changing it strands old journals.</remarks>
/// <param name="flow">The flow's id.</param>
/// <param name="open">Gives the store; asked each time, for a journal may be closed and opened
/// again.</param>
internal sealed class Watermark(string flow, Func<ValueTask<ICheckpointStore>> open)
{
    private const string State = "watermark";

    private readonly string _id = OccurrenceId.Watermark(flow);
    private long _nextSequence;

    /// <summary>The occurrence; null when none is over.</summary>
    public DateTimeOffset? Occurrence { get; private set; }

    /// <summary>Reads where it is.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store fails, or has something else in its
    /// place.</exception>
    public async Task ReadAsync()
    {
        if (await NewestAsync().ConfigureAwait(false) is { } newest)
            (_nextSequence, Occurrence) = (newest.Sequence + 1, newest.Occurrence);
    }

    /// <summary>Whether it is at an occurrence or behind it, by now.</summary>
    /// <exception cref="CanoException">As <see cref="ReadAsync"/>.</exception>
    public async ValueTask<bool> HasPassedAsync(DateTimeOffset occurrence) =>
        await NewestAsync().ConfigureAwait(false) is { } newest && newest.Occurrence >= occurrence;

    private async Task<(long Sequence, DateTimeOffset Occurrence)?> NewestAsync()
    {
        var store = await open().ConfigureAwait(false);
        var rows = await StoreCall
            .AskAsync("load watermark", () => LoadedRows.OfAsync(store, _id))
            .ConfigureAwait(false);
        if (rows.MaxBy(row => row.Sequence) is not { } newest)
            return null;
        var text = newest.Payload is { } payload ? Encoding.UTF8.GetString(payload.Span) : "";
        return (newest.Sequence, OccurrenceId.Read(text) ?? throw Unreadable(newest.Sequence));
    }

    /// <summary>Moves it on, durably. False when somebody else has moved it since it was read.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store fails.</exception>
    public async Task<bool> TryMoveAsync(DateTimeOffset occurrence)
    {
        var row = new CheckpointRow
        {
            Sequence = _nextSequence,
            // A snapshot: the store may drop the one before.
            Kind = RowKind.Snapshot,
            State = State,
            Payload = Encoding.UTF8.GetBytes(OccurrenceId.Text(occurrence)),
        };
        var store = await open().ConfigureAwait(false);
        if (!await StoreCall.AskAsync("append watermark", AppendAsync).ConfigureAwait(false))
            return false;
        _nextSequence++;
        Occurrence = occurrence;
        return true;

        async ValueTask<bool> AppendAsync()
        {
            try
            {
                await store.AppendAsync(_id, row, AppendRule.FirstFence).ConfigureAwait(false);
                return true;
            }
            catch (ConflictException)
            {
                var newest = await NewestAsync().ConfigureAwait(false);
                if (!(newest?.Sequence >= row.Sequence))
                    throw;
                return false;
            }
        }
    }

    private CanoException Unreadable(long sequence) =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore($"run_id={_id} sequence={sequence}: not the watermark of a flow")
            )
        );
}
