namespace Cano.Benchmarks.Peers;

/// <summary>Whose workloads a class holds.</summary>
/// <param name="name">As it is called.</param>
/// <param name="one">A type of it, whose assembly tells the version.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PeerAttribute(string name, Type one) : Attribute
{
    public string Name { get; } = name;

    public Type One { get; } = one;
}
