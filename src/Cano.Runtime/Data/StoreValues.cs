namespace Cano.Runtime.Data;

/// <summary>How a <see cref="MemoryStore"/> keeps its values.</summary>
internal abstract class StoreValues
{
    public abstract IReadOnlyCollection<string> Keys { get; }

    public abstract bool TryGet(string key, Type type, out object? value);

    public abstract void Put(string key, object? value, Type type);

    /// <param name="key">The list's key.</param>
    /// <param name="item">What is added.</param>
    /// <param name="type">The item's type.</param>
    /// <param name="over">Makes a typed list of what is there (null: nothing); null when that is no such
    /// list.</param>
    public abstract void Append(string key, object? item, Type type, Func<object?, AppendedList?> over);

    public abstract bool Remove(string key);

    public abstract bool Contains(string key);

    public abstract void Clear();

    internal static CanoException Error(string text, Exception? inner = null) =>
        new(CanoError.Of(Fault.NewStore(text)), inner);

    internal static CanoException Mismatch(string key, Type? stored, Type wanted)
    {
        var names = stored is null ? ("null", TypeNames.Of(wanted)) : TypeNames.OfBoth(stored, wanted);
        return Error(
            $"Cannot downcast value for key '{key}' to requested type: it is {names.Item1}, not {names.Item2}"
        );
    }

    internal static CanoException NoList(string key, string stored, Type item) =>
        Error($"Cannot append to key '{key}': it is {stored}, not a list of {TypeNames.Of(item)}");
}
