using System.Text;
using System.Text.Json;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Errors;

namespace Cano.Runtime.Data;

/// <summary>Keeps JSON, and what has changed since the last row of the run.</summary>
internal sealed partial class DurableValues(ValueCodec codec) : StoreValues
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DurableValue> _values = [];
    private readonly HashSet<string> _changed = [];
    private ValueCodec _codec = codec;
    private bool _cleared;

    /// <summary>At least as many bytes as all values take in a row.</summary>
    private long _size;

    public override IReadOnlyCollection<string> Keys
    {
        get
        {
            lock (_gate)
                return [.. _values.Keys];
        }
    }

    public override bool TryGet(string key, Type type, out object? value)
    {
        byte[] json;
        lock (_gate)
        {
            if (!_values.TryGetValue(key, out var stored))
            {
                value = null;
                return false;
            }

            json = stored.ToJson();
        }

        try
        {
            value = _codec.Read(json, type);
            return true;
        }
        catch (Exception thrown)
        {
            // A type's own constructor may refuse what is stored with any exception.
            var text =
                $"Cannot downcast value for key '{key}' to requested type: it is {KindOf(json)}, not {TypeNames.Of(type)}";
            throw Error($"{text}: {UserText.MessageOf(thrown)}", thrown);
        }
    }

    public override void Put(string key, object? value, Type type)
    {
        var stored = DurableValue.Of(Serialize(key, value, type));
        RequireText(key);
        lock (_gate)
        {
            Grow(key, SizeOf(key, stored) - SizeUnder(key));
            _values[key] = stored;
            _changed.Add(key);
        }
    }

    public override void Append(string key, object? item, Type type, Func<object?, AppendedList?> over)
    {
        var json = Serialize(key, item, type);
        if (!ValueCodec.IsItem(json))
            throw Error(
                $"Item for key '{key}' of type {TypeNames.Of(type)} is nested too deep: a list of such items "
                    + $"has more than {ValueCodec.DepthMax} levels"
            );
        RequireText(key);
        lock (_gate)
        {
            var isNew = !_values.TryGetValue(key, out var there);
            there ??= DurableValue.EmptyList(!_cleared && !_changed.Contains(key));
            Grow(key, json.Length + 1 + (isNew ? SizeOf(key, there) : 0));
            if (!there.TryAppend(json))
            {
                _size -= json.Length + 1;
                throw NoList(key, "a single value", type);
            }

            _values[key] = there;
            _changed.Add(key);
        }
    }

    public override bool Remove(string key)
    {
        lock (_gate)
        {
            _changed.Add(key);
            _size -= SizeUnder(key);
            return _values.Remove(key);
        }
    }

    public override bool Contains(string key)
    {
        lock (_gate)
            return _values.ContainsKey(key);
    }

    public override void Clear()
    {
        lock (_gate)
        {
            _values.Clear();
            _changed.Clear();
            (_cleared, _size) = (true, 0);
        }
    }

    /// <summary>What was written since the last call; null when nothing was.</summary>
    public byte[]? TakeDelta()
    {
        lock (_gate)
        {
            if (!_cleared && _changed.Count == 0)
                return null;
            var delta = DataDelta.Write(_cleared, _changed, _values, _codec);
            // Keys that came and went, and lists of many small items, may take more than all that is there.
            if (delta.Length > RowLimits.Data)
                delta = DataDelta.WriteAll(_values, _codec);
            _changed.Clear();
            _cleared = false;
            return delta;
        }
    }

    /// <summary>Everything, whatever was there before.</summary>
    public byte[] TakeAll()
    {
        lock (_gate)
        {
            var all = DataDelta.WriteAll(_values, _codec);
            _changed.Clear();
            _cleared = false;
            return all;
        }
    }

    /// <summary>The data of a run whose rows, in order, are these.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: a row's data is damaged.</exception>
    public static DurableValues Restored(string runId, IEnumerable<CheckpointRow> rows, ValueCodec codec)
    {
        var restored = new DurableValues(codec);
        foreach (var row in rows)
        {
            if (row.Data is null && row.Kind != RowKind.BranchCompleted)
                continue;
            var decode = EncodedRows.DecoderOf(runId, row, codec);
            if (row.Kind == RowKind.BranchCompleted)
                restored.Hear(runId, row, decode);
            if (row.Data is not { } delta)
                continue;
            try
            {
                DataDelta.Apply(delta.Span, restored._values, decode);
            }
            catch (CanoException unreadable) when (unreadable.Error.Fault.IsCheckpointStore)
            {
                throw;
            }
            catch (Exception thrown)
            {
                var text =
                    $"decode data at run_id={runId} sequence={row.Sequence}: {UserText.MessageOf(thrown)}";
                throw new CanoException(CanoError.Of(Fault.NewCheckpointStore(text)), thrown);
            }
        }

        foreach (var (key, value) in restored._values)
            restored._size += SizeOf(key, value);
        return restored;
    }

    /// <summary>The values as JSON, by key.</summary>
    public IReadOnlyDictionary<string, string> ToJson()
    {
        lock (_gate)
            return _values.ToDictionary(
                entry => entry.Key,
                entry => Encoding.UTF8.GetString(entry.Value.ToJson())
            );
    }

    /// <summary>From here on values become bytes, and are read, by this.</summary>
    public void Use(ValueCodec codec) => _codec = codec;

    public DurableValues Copy(ValueCodec codec)
    {
        var copy = new DurableValues(codec);
        lock (_gate)
        {
            foreach (var (key, value) in _values)
            {
                copy._values[key] = DurableValue.Of(value.ToJson());
                copy._changed.Add(key);
            }

            copy._size = _size;
        }

        return copy;
    }

    private long SizeUnder(string key) => _values.TryGetValue(key, out var there) ? SizeOf(key, there) : 0;

    /// <summary>With what stands before the key and the value.</summary>
    private static long SizeOf(string key, DurableValue value) =>
        16 + Encoding.UTF8.GetByteCount(key) + value.Length;

    /// <summary>A row has room for all of it: what would be more is told to whoever writes it. What was there
    /// when this build came may be more, and can become less.</summary>
    private void Grow(string key, long by)
    {
        if (by > 0 && _size + by > RowLimits.Data)
            throw Error(
                $"Key '{key}' was not written: the run's data would have {_size + by} bytes, and a run keeps at "
                    + $"most {RowLimits.Data}; keep large data elsewhere and put a reference to it"
            );
        _size += by;
    }

    /// <summary>A key is found again by the text that it was given.</summary>
    private static void RequireText(string key)
    {
        if (StoredText.Length(key) is null)
            throw Error(
                $"Key '{key}' was not written: it has half a surrogate pair, and would come back as another"
            );
    }

    private byte[] Serialize(string key, object? value, Type type)
    {
        if (_codec.Types.Problem(type) is { } problem)
            throw Error($"Value for key '{key}' of type {TypeNames.Of(type)} cannot be kept: {problem}");
        try
        {
            return _codec.Write(value, type);
        }
        catch (Exception thrown)
        {
            // A property's getter may throw anything.
            throw Error(
                $"Value for key '{key}' of type {TypeNames.Of(type)} {ValueCodec.Refusal(thrown)}",
                thrown
            );
        }
    }

    /// <summary>What JSON knows of a value's type.</summary>
    private static string KindOf(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => "a JSON object",
            JsonTokenType.StartArray => "a JSON array",
            JsonTokenType.String => "a JSON string",
            JsonTokenType.Number => "a JSON number",
            JsonTokenType.Null => "null",
            _ => "a JSON boolean",
        };
    }
}
