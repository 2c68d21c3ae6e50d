using System.Text;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.StoredRuns;

namespace Cano.CSharp.Scheduling;

/// <summary>What is kept of a flow, in a run of its own that outlives the flow's runs. Several schedulers may
/// change it: a change is made to the newest there is.</summary>
/// <param name="flow">The flow's id.</param>
/// <param name="open">Gives the store; asked each time, for a journal may be closed and opened
/// again.</param>
internal sealed class Watermark(string flow, Func<ValueTask<ICheckpointStore>> open)
{
    private const string State = "watermark";

    private readonly string _id = OccurrenceId.Watermark(flow);
    private readonly SemaphoreSlim _one = new(1);
    private volatile Known _known = new(-1, FlowMark.None);

    /// <summary>As it was when it was last read or written here.</summary>
    public FlowMark Mark => _known.Mark;

    /// <summary>Reads it.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store fails, or has something else in its
    /// place.</exception>
    public async Task ReadAsync()
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            _known = await NewestAsync().ConfigureAwait(false) ?? _known;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Whether it is at an occurrence or behind it, by now.</summary>
    /// <exception cref="CanoException">As <see cref="ReadAsync"/>.</exception>
    public async ValueTask<bool> HasPassedAsync(DateTimeOffset occurrence) =>
        (await NewestAsync().ConfigureAwait(false))?.Mark.Over >= occurrence;

    /// <summary>Changes it durably.</summary>
    /// <param name="change">Gives what follows; null: nothing is to be changed. Asked again when somebody
    /// else has changed it meanwhile.</param>
    /// <exception cref="CanoException">`checkpoint_store`: the store fails.</exception>
    public async Task ChangeAsync(Func<FlowMark, FlowMark?> change)
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            while (change(_known.Mark) is { } wanted && !await TryWriteAsync(wanted).ConfigureAwait(false))
                _known = await NewestAsync().ConfigureAwait(false) ?? _known;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<Known?> NewestAsync()
    {
        var store = await open().ConfigureAwait(false);
        var rows = await StoreCall
            .AskAsync("load watermark", () => LoadedRows.OfAsync(store, _id))
            .ConfigureAwait(false);
        if (rows.MaxBy(row => row.Sequence) is not { } newest)
            return null;
        var text = newest.Payload is { } payload ? Encoding.UTF8.GetString(payload.Span) : "";
        return new(newest.Sequence, FlowMark.Read(text) ?? throw Unreadable(newest.Sequence));
    }

    /// <summary>False when somebody else has changed it since it was read.</summary>
    private async Task<bool> TryWriteAsync(FlowMark mark)
    {
        var row = new CheckpointRow
        {
            Sequence = _known.Sequence + 1,
            // A snapshot: the store may drop the one before.
            Kind = RowKind.Snapshot,
            State = State,
            Payload = Encoding.UTF8.GetBytes(mark.Text),
        };
        var store = await open().ConfigureAwait(false);
        if (!await StoreCall.AskAsync("append watermark", AppendAsync).ConfigureAwait(false))
            return false;
        _known = new(row.Sequence, mark);
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

    private sealed record Known(long Sequence, FlowMark Mark);
}
