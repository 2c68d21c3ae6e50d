namespace Cano;

/// <summary>The name of an enum member or union case in journals: renames in code then strand no
/// runs.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class StoredAsAttribute(string name) : Attribute
{
    /// <summary>The stored name.</summary>
    public string Name { get; } = name;
}
