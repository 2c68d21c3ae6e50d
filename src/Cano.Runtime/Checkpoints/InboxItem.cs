using Cano.Kernel;

namespace Cano;

/// <summary>One entry of a run's inbox. Entries compare by content.</summary>
public sealed record InboxItem
{
    private InboxItem(InboxContent content) => Content = content;

    /// <summary>Which entry of its run's inbox it is, dense from 0; its store gives it. -1 before
    /// that.</summary>
    public long Number { get; init; } = -1;

    /// <summary>When it was accepted, in UTC, by its store's clock.</summary>
    public DateTimeOffset AcceptedAt { get; init; }

    /// <summary>What it is.</summary>
    public InboxKind Kind => Content.Kind;

    /// <summary>Of a signal its name; of a cancel what was said, null when nothing was.</summary>
    public string? Name => Content.Name;

    /// <summary>What tells it from others; null when it is never sent twice.</summary>
    public string? Id => Content.Id;

    /// <summary>Null when it carries nothing.</summary>
    public StoredValue? Payload => Content.Payload;

    /// <summary>The name of what encoded the payload; null: it is JSON as it is.</summary>
    public string? Codec => Content.Codec;

    internal InboxContent Content { get; }

    /// <summary>A signal that waits to be taken.</summary>
    /// <param name="name">The signal's name.</param>
    /// <param name="id">What tells it from others; null when it is never sent twice.</param>
    /// <param name="payload">Null for nothing.</param>
    /// <param name="codec">The name of what encoded the payload; null: it is JSON as it is.</param>
    /// <exception cref="ArgumentException">Name, id or codec is no text that UTF-8 gives back.</exception>
    public static InboxItem Signal(
        string name,
        string? id = null,
        StoredValue? payload = null,
        string? codec = null
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(new InboxContent(InboxKind.Signal, Text(name), Text(id), payload, Text(codec)));
    }

    /// <summary>A request to stop for good.</summary>
    /// <param name="reason">What is said of it; null for nothing.</param>
    /// <exception cref="ArgumentException">The reason is no text that UTF-8 gives back.</exception>
    public static InboxItem Cancel(string? reason = null) =>
        new(new InboxContent(InboxKind.Cancel, Text(reason), id: null, payload: null, codec: null));

    /// <summary>The entry in the journal's own format, without number and instant.</summary>
    public byte[] ToBytes() => InboxFormat.Write(Content);

    /// <summary>Reads what <see cref="ToBytes"/> wrote, in this format or an older one.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: damaged, or written by a newer
    /// version.</exception>
    public static InboxItem FromBytes(ReadOnlySpan<byte> bytes) =>
        InboxFormat.TryRead(bytes, out var content) is { } problem
            ? throw new CanoException(
                CanoError.Of(Fault.NewCheckpointStore($"decode inbox entry: {problem}"))
            )
            : new(content);

    /// <summary>Kind and name, never what it carries: "signal 'paid'", "cancel".</summary>
    public override string ToString() =>
        Kind == InboxKind.Signal ? $"signal '{Name}'"
        : Name is null ? "cancel"
        : $"cancel ({Name})";

    private static string? Text(string? text) =>
        text is null || Runtime.Checkpoints.StoredText.Length(text) is not null
            ? text
            : throw new ArgumentException($"'{text}' has half a character, which UTF-8 does not give back.");
}
