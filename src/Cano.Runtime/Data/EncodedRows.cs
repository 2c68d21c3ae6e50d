using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Errors;

namespace Cano.Runtime.Data;

/// <summary>The user's values in rows, encoded on their way into a store and decoded on their way out of
/// it.</summary>
internal static class EncodedRows
{
    /// <summary>A row as a store is to keep it. Its data is encoded already.</summary>
    /// <param name="plain">The row as it was given.</param>
    /// <param name="fact">What its payload says.</param>
    /// <param name="values">Encodes it.</param>
    public static CheckpointRow Of(CheckpointRow plain, Fact fact, ValueCodec values)
    {
        var isEncoded = plain.Data is not null || fact.IsSnapshot;
        var encoded = plain with
        {
            Start = UserValues.InStart(Encode, plain.Start),
            StateData = EncodeOptional(plain.StateData),
            NextStateData = EncodeOptional(plain.NextStateData),
            Output = plain.Output is { } output
                ? new StoredValue(Encode(output.Json), output.TypeName)
                : null,
            Payload = CheckpointRow.Optional(RowFormat.Payload(UserValues.InFact(Encode, fact))),
        };
        return isEncoded ? encoded with { Codec = values.Name } : encoded;

        ReadOnlyMemory<byte>? EncodeOptional(ReadOnlyMemory<byte>? json) =>
            CheckpointRow.Optional(json is { } bytes ? Encode(bytes.ToArray()) : null);

        byte[] Encode(byte[] json)
        {
            isEncoded = true;
            return values.Encode(json);
        }
    }

    /// <summary>What the rows of a run say, with their values as they were given.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: one cannot be read, or was encoded by
    /// another.</exception>
    public static List<Row> Told(string id, IReadOnlyList<CheckpointRow> rows, ValueCodec values)
    {
        var told = LoadedRows.Told(id, rows);
        for (var i = 0; i < told.Count; i++)
        {
            if (rows[i].Codec is null)
                continue;
            var (row, decode) = (told[i], DecoderOf(id, rows[i], values));
            told[i] = new Row(
                row.Sequence,
                row.Visit,
                row.Version,
                UserValues.InStart(decode, row.Start),
                row.State,
                row.Task,
                UserValues.InFact(decode, row.Fact),
                row.Data.Bytes is { } kept ? StateData.Kept(decode(kept)) : row.Data
            );
        }

        return told;
    }

    /// <summary>The newest output that rows tell of, as it was given; null when they tell of none.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: it was encoded by another.</exception>
    public static StoredValue? Output(string id, IReadOnlyList<CheckpointRow> rows, ValueCodec values) =>
        rows.OrderBy(row => row.Sequence).LastOrDefault(row => row.Output is not null)
            is { Output: { } output } row
            ? new StoredValue(DecoderOf(id, row, values)(output.Json), output.TypeName)
            : null;

    /// <summary>Decodes the values of a row.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the row was encoded by another; the decoder throws
    /// it too, of what it cannot decode.</exception>
    public static Func<byte[], byte[]> DecoderOf(string id, CheckpointRow row, ValueCodec values)
    {
        if (row.Codec is not { } name)
            return static json => json;
        if (name != values.Name)
            throw Unreadable(
                id,
                row,
                $"its values were encoded by '{name}', and {(values.Name is { } own ? $"'{own}' decodes them" : "nothing decodes them")}: "
                    + "run it with the codec that encoded them",
                null
            );
        return stored =>
        {
            try
            {
                return values.Decode(stored);
            }
            // Whatever the user's codec throws.
            catch (Exception thrown)
            {
                throw Unreadable(id, row, UserText.MessageOf(thrown), thrown);
            }
        };
    }

    private static CanoException Unreadable(string id, CheckpointRow row, string what, Exception? thrown) =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore($"read the values of run_id={id} sequence={row.Sequence}: {what}")
            ),
            thrown
        );
}
