namespace Cano.Runtime.Data;

/// <summary>Types as people write them, for messages.</summary>
internal static class TypeNames
{
    /// <summary>`Dictionary&lt;String, Int32&gt;`, not `Dictionary`2`.</summary>
    public static string Of(Type type)
    {
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[]";
        var end = type.Name.IndexOf('`', StringComparison.Ordinal);
        return end < 0
            ? type.Name
            : $"{type.Name[..end]}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>";
    }

    /// <summary>Two types that a message sets against each other: with their namespaces when they read
    /// alike.</summary>
    public static (string Stored, string Wanted) OfBoth(Type stored, Type wanted) =>
        (Of(stored), Of(wanted)) is var (left, right) && left != right
            ? (left, right)
            : (stored.ToString(), wanted.ToString());
}
