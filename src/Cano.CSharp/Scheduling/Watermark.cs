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
        var store = await open().ConfigureAwait(false);
        var rows = await StoreCall
            .AskAsync("load watermark", () => LoadedRows.OfAsync(store, _id))
            .ConfigureAwait(false);
        if (rows.MaxBy(row => row.Sequence) is not { } newest)
            return;
        _nextSequence = newest.Sequence + 1;
        var text = newest.Payload is { } payload ? Encoding.UTF8.GetString(payload.Span) : "";
        Occurrence = OccurrenceId.Read(text) ?? throw Unreadable(newest.Sequence);
    }

    /// <summary>Moves it on, durably.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store fails, or somebody else has moved
    /// it.</exception>
    public async Task MoveAsync(DateTimeOffset occurrence)
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
        await StoreCall.AskAsync("append watermark", AppendAsync).ConfigureAwait(false);
        _nextSequence++;
        Occurrence = occurrence;

        async ValueTask<bool> AppendAsync()
        {
            await store.AppendAsync(_id, row, AppendRule.FirstFence).ConfigureAwait(false);
            return true;
        }
    }

    private CanoException Unreadable(long sequence) =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore($"run_id={_id} sequence={sequence}: not the watermark of a flow")
            )
        );
}
