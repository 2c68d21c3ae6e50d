namespace Cano.Benchmarks;

/// <summary>What one operation of a benchmark is, for the quick mode's lines.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class UnitAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
