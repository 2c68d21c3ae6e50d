using System.Text;
using System.Text.Json;

namespace Cano.Runtime.Data;

/// <summary>A value as JSON: whole, or as a list of items that grows.</summary>
internal sealed class DurableValue
{
    // An item may be as deep as a value may, and the list is one level more.
    private static readonly JsonDocumentOptions s_asDeepAsItems = new()
    {
        MaxDepth = ValueCodec.DepthMax + 1,
    };

    /// <summary>What was there before is somebody else's: only items that come after it are new.</summary>
    private bool _isSeen;

    private byte[]? _whole;
    private List<byte[]>? _items;

    // Of the list, with its brackets and commas.
    private long _itemsLength;

    /// <summary>How many bytes the value has as JSON.</summary>
    public long Length => _whole?.Length ?? _itemsLength;

    /// <summary>How many items of the list are journaled already.</summary>
    public int Saved { get; private set; }

    /// <summary>The items that are not journaled yet; null when the value must be journaled whole.</summary>
    public IReadOnlyList<byte[]>? NewItems =>
        _items is { } items && Saved > 0 ? items.GetRange(Saved, items.Count - Saved) : null;

    public static DurableValue Of(byte[] json) => new() { _whole = json };

    /// <summary>A value that a branch sees.</summary>
    public static DurableValue Seen(byte[] json) => new() { _whole = json, _isSeen = true };

    /// <param name="isSeen">It begins where nothing was, and nothing was taken away.</param>
    public static DurableValue EmptyList(bool isSeen = false) =>
        new()
        {
            _items = [],
            _itemsLength = 2,
            _isSeen = isSeen,
        };

    /// <summary>The items that a branch appended; null when it did more than that.</summary>
    public IReadOnlyList<byte[]>? Appended =>
        _isSeen && _items is { } items ? items.GetRange(Saved, items.Count - Saved) : null;

    /// <summary>Adds an item; false when the value is no list.</summary>
    public bool TryAppend(byte[] json)
    {
        if (_items is null && !TrySplit())
            return false;
        _items!.Add(json);
        _itemsLength += json.Length + 1;
        return true;
    }

    public void MarkSaved() => Saved = _items?.Count ?? 0;

    public byte[] ToJson()
    {
        if (_whole is not null)
            return _whole;
        using var json = new MemoryStream();
        json.WriteByte((byte)'[');
        for (var i = 0; i < _items!.Count; i++)
        {
            if (i > 0)
                json.WriteByte((byte)',');
            json.Write(_items[i]);
        }

        json.WriteByte((byte)']');
        return json.ToArray();
    }

    private bool TrySplit()
    {
        using var document = JsonDocument.Parse(_whole, s_asDeepAsItems);
        if (document.RootElement.ValueKind != JsonValueKind.Array)
            return false;
        _items =
        [
            .. document
                .RootElement.EnumerateArray()
                .Select(item => Encoding.UTF8.GetBytes(item.GetRawText())),
        ];
        _itemsLength = 2 + _items.Sum(item => item.Length + 1L);
        _whole = null;
        if (_isSeen)
            MarkSaved();
        return true;
    }
}
