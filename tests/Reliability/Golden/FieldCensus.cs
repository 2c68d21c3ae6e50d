namespace Cano.Reliability.Golden;

/// <summary>Which fields the rows and inboxes of a journal have, read as docs/journal-format.md and
/// docs/row-payloads.md tell it.</summary>
internal sealed partial class FieldCensus
{
    private readonly SortedSet<string> _met = new(StringComparer.Ordinal);

    /// <summary>Those that no row had.</summary>
    public IEnumerable<string> Missing => All.Except(_met);

    /// <summary>The body of a row of version 2.</summary>
    public void Row(ReadOnlyMemory<byte> bytes)
    {
        var reader = new BodyReader(bytes);
        Broken.Unless(reader.Unsigned() == 2, "it is no body of version 2");
        var kind = (RowKind)reader.Unsigned();
        Met($"status {reader.Unsigned()}");
        reader.Signed();
        reader.Signed();
        reader.Unsigned();
        reader.Text();
        reader.Text();
        reader.Fields((number, value) => Part(kind, number, value));
        reader.End();
    }

    /// <summary>An entry of an inbox.</summary>
    public void Entry(ReadOnlyMemory<byte> bytes)
    {
        var reader = new BodyReader(bytes);
        Broken.Unless(reader.Unsigned() == 1, "it is no entry of version 1");
        Met($"entry of kind {reader.Unsigned()}");
        reader.Fields(
            (number, value) =>
            {
                Met($"entry.{number}");
                if (number == 6)
                    Value(value, "entry");
                else
                    value.Rest();
            }
        );
        reader.End();
    }

    private void Part(RowKind kind, ulong number, BodyReader value)
    {
        Met($"row.{number}");
        switch (number)
        {
            case 1 or 3:
                value.Instant();
                break;
            case 2:
                value.Fields(Start);
                break;
            case 10:
                Data(value);
                break;
            case 12:
                Met($"{kind}");
                Payload(kind, value);
                break;
            case 14:
                Value(value, "output");
                break;
            default:
                value.Rest();
                break;
        }
    }

    private void Start(ulong number, BodyReader value)
    {
        Met($"start.{number}");
        switch (number)
        {
            case 3 or 6:
                value.Instant();
                break;
            case 5:
                value.Many(() =>
                {
                    value.Text();
                    value.Text();
                });
                break;
            case 7:
                value.Text();
                Optional(value.OptionalText() is not null, "tracestate");
                break;
            case 8:
                value.Text();
                Optional(value.OptionalText() is not null, "parent's key");
                break;
            case 10:
                Value(value, "input");
                break;
            default:
                value.Rest();
                break;
        }
    }

    /// <summary>What a run's durable store wrote.</summary>
    private void Data(BodyReader reader)
    {
        Broken.Unless(reader.Unsigned() == 1, "it is no data of version 1");
        while (!reader.IsAtEnd)
        {
            var operation = reader.Unsigned();
            Met($"data {operation}");
            for (
                var texts = operation switch
                {
                    1 => 0,
                    3 => 1,
                    _ => 2,
                };
                texts > 0;
                texts--
            )
                reader.Plain();
        }
    }

    private void Value(BodyReader reader, string of)
    {
        reader.Bytes();
        reader.OptionalText();
        Met($"{of} value");
    }

    private void Optional(bool isThere, string what) => Met(isThere ? what : $"no {what}");

    private void Met(string field) => _met.Add(field);
}
