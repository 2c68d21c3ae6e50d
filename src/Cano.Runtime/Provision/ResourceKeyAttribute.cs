namespace Cano;

/// <summary>The key of the resource that fills a parameter, where the parameter's name is not it; see
/// <see cref="Resources.Bind{TRecord}"/>.</summary>
/// <param name="key">The key; an enum's value stands for its name.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ResourceKeyAttribute(object key) : Attribute
{
    /// <summary>The key, as resources call it.</summary>
    public string Key { get; } =
        key switch
        {
            string { Length: > 0 } text => text,
            Enum value => value.ToString(),
            _ => throw new ArgumentException(
                "A key is a text that is not empty, or an enum's value.",
                nameof(key)
            ),
        };
}
