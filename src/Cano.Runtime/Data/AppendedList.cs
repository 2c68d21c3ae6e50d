namespace Cano.Runtime.Data;

/// <summary>A list that a live store grows item by item.</summary>
internal abstract class AppendedList
{
    public abstract void Add(object? item);

    /// <summary>The items as an array when that is asked for, else as a list.</summary>
    public abstract object Copy(Type wanted);
}

internal sealed class AppendedList<T> : AppendedList
{
    private readonly List<T> _items;

    private AppendedList(IEnumerable<T> items) => _items = [.. items];

    public static AppendedList? Over(object? there) =>
        there switch
        {
            null => new AppendedList<T>([]),
            AppendedList<T> list => list,
            IReadOnlyList<T> items => new AppendedList<T>(items),
            _ => null,
        };

    public override void Add(object? item) => _items.Add((T)item!);

    public override object Copy(Type wanted) =>
        wanted == typeof(T[]) ? _items.ToArray() : new List<T>(_items);
}
