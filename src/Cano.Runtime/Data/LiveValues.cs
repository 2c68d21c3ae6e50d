namespace Cano.Runtime.Data;

/// <summary>Keeps the objects themselves.</summary>
internal sealed class LiveValues : StoreValues
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, object?> _values = [];

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
        lock (_gate)
        {
            var found = _values.TryGetValue(key, out value);
            // A list that grows under the lock must not be read outside it.
            if (value is AppendedList list)
                value = list.Copy(type);
            return found;
        }
    }

    public override void Put(string key, object? value, Type type)
    {
        lock (_gate)
            _values[key] = value;
    }

    public override void Append(string key, object? item, Type type, Func<object?, AppendedList?> over)
    {
        lock (_gate)
        {
            if (_values.TryGetValue(key, out var there) && there is null)
                throw NoList(key, "null", type);
            var list = over(there) ?? throw NoList(key, TypeNames.Of(there!.GetType()), type);
            list.Add(item);
            _values[key] = list;
        }
    }

    public override bool Remove(string key)
    {
        lock (_gate)
            return _values.Remove(key);
    }

    public override bool Contains(string key)
    {
        lock (_gate)
            return _values.ContainsKey(key);
    }

    public override void Clear()
    {
        lock (_gate)
            _values.Clear();
    }
}
