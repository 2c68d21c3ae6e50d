using Cano.Reliability.Refusing;

namespace Cano.Reliability.Children;

/// <summary>Opens a journal, says `open` or what went wrong, and adds a row to a run whenever it is told to:
/// `ack` and its number, or why it was refused.</summary>
internal static class Paced
{
    public const string Opened = "open";
    public const string Acknowledged = "ack";
    public const string Refused = "refused ";

    public static async Task<int> RunAsync(
        string directory,
        string run,
        int[] refusal,
        TextReader orders,
        TextWriter output
    )
    {
        if (refusal is [var number, var at, var times])
        {
            if (Refuser.TryStart(out var why) is not { } refuser)
            {
                await output.WriteLineAsync(Refuser.Unavailable + why);
                return 0;
            }

            refuser.Begin(new(number, at, times, CallKinds.Lock));
        }

        try
        {
            var store = await OpenAsync(directory);
            await output.WriteLineAsync(Opened);
            for (var row = 0; await orders.ReadLineAsync() is not null; row++)
            {
                await store.AppendAsync(run, RowAt(run, row), fence: 1);
                await output.WriteLineAsync(Acknowledged);
            }

            await store.DisposeAsync();
        }
        catch (CanoException refused)
        {
            Journals.Refusals.Check(refused);
            await output.WriteLineAsync($"{Refused}{refused.Error.Message}".ReplaceLineEndings(" "));
        }

        return 0;
    }

    /// <summary>Seven of them fill a segment.</summary>
    public static CheckpointRow RowAt(string run, long sequence) =>
        RefusedFlush.RowAt(sequence, 9000) with
        {
            State = run,
        };

    public static Task<FasterCheckpointStore> OpenAsync(string directory) =>
        FasterCheckpointStore.OpenAsync(
            directory,
            new FasterCheckpointOptions
            {
                PageSizeBits = 16,
                MemorySizeBits = 18,
                SegmentSizeBits = 16,
            }
        );
}
