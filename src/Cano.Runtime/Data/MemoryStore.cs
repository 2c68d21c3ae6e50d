using System.Diagnostics.CodeAnalysis;
using Cano.Runtime.Data;

namespace Cano;

/// <summary>Values by key, safe for concurrent use.</summary>
/// <remarks>A plain store keeps the objects themselves and is shared by all runs. A <see cref="Durable"/> one
/// keeps JSON: as the resource "store" it is a template from which each run gets data of its own, journaled
/// with every row and restored on resume. What a failed attempt wrote is still there for the next one: write
/// last, or write the same keys again.</remarks>
public sealed class MemoryStore
{
    private readonly StoreValues _values;
    private volatile bool _closed;

    /// <summary>An empty store that keeps objects.</summary>
    public MemoryStore()
        : this(new LiveValues()) { }

    private MemoryStore(StoreValues values) => _values = values;

    internal bool IsDurable => _values is DurableValues;

    /// <summary>The keys, in no order.</summary>
    public IReadOnlyCollection<string> Keys => _values.Keys;

    /// <summary>How many keys there are.</summary>
    public int Count => _values.Keys.Count;

    /// <summary>An empty store that keeps JSON, so that its values survive a crash of the run.</summary>
    public static MemoryStore Durable() => new(new DurableValues(ValueCodec.Plain));

    /// <summary>Sets a value, whatever was there.</summary>
    /// <exception cref="CanoException">`store`: in a durable store, a value that cannot be
    /// serialised.</exception>
    public void Put<T>(string key, T value) => Writable(key).Put(key, value, typeof(T));

    /// <summary>The value under a key: of a plain store the same instance, of a durable one a fresh
    /// copy.</summary>
    /// <exception cref="CanoException">`store`: no such key, or not of this type.</exception>
    public T Get<T>(string key) =>
        TryRead<T>(key, out var value) ? value : throw StoreValues.Error($"Key '{key}' not found in store");

    /// <summary>The value under a key, if there is one.</summary>
    /// <exception cref="CanoException">`store`: there is one, but not of this type.</exception>
    public bool TryGet<T>(string key, [MaybeNullWhen(false)] out T value) => TryRead(key, out value);

    /// <summary>The value under a key, or `fallback` when there is none.</summary>
    /// <exception cref="CanoException">`store`: there is one, but not of this type.</exception>
    public T GetOr<T>(string key, T fallback) => TryRead<T>(key, out var value) ? value : fallback;

    /// <summary>Adds an item to the list under a key, which is made if missing; read it as `List&lt;T&gt;` or
    /// `T[]`.</summary>
    /// <exception cref="CanoException">`store`: something else is under the key; it is kept.</exception>
    public void Append<T>(string key, T item) =>
        Writable(key).Append(key, item, typeof(T), AppendedList<T>.Over);

    /// <summary>Removes a key; false when it was not there.</summary>
    public bool Remove(string key) => Writable(key).Remove(key);

    /// <summary>Whether there is a value under the key.</summary>
    public bool Contains(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _values.Contains(key);
    }

    /// <summary>Removes every key.</summary>
    public void Clear() => Writable("").Clear();

    /// <summary>A durable store that holds these.</summary>
    internal static MemoryStore Of(DurableValues values) => new(values);

    /// <summary>Another handle on the same values, that can be closed by itself.</summary>
    internal MemoryStore Open() => new(_values);

    /// <summary>Refuses what this handle still writes.</summary>
    internal void Close() => _closed = true;

    /// <summary>A run's own durable store: what it held before, or a copy of this template.</summary>
    /// <param name="restored">Of a resumed run, what it held; else null.</param>
    /// <param name="codec">What the run turns values into bytes with.</param>
    internal MemoryStore ForRun(DurableValues? restored, ValueCodec codec) =>
        new(restored ?? ((DurableValues)_values).Copy(codec));

    /// <summary>The same store, made for one run, that turns values into bytes as the run does.</summary>
    internal MemoryStore With(ValueCodec codec)
    {
        DurableValues?.Use(codec);
        return this;
    }

    internal DurableValues? DurableValues => _values as DurableValues;

    private StoreValues Writable(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _closed
            ? throw StoreValues.Error($"Key '{key}' was not written: the task that wrote it was abandoned")
            : _values;
    }

    private bool TryRead<T>(string key, [MaybeNullWhen(false)] out T value)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!_values.TryGet(key, typeof(T), out var stored))
        {
            value = default;
            return false;
        }

        value = stored switch
        {
            T typed => typed,
            null when default(T) is null => default!,
            _ => throw StoreValues.Mismatch(key, stored?.GetType(), typeof(T)),
        };
        return true;
    }
}
