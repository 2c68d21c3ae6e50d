namespace Cano.Integration;

/// <summary>Tests that look at what is allocated or kept run by themselves: what others leave in the meantime
/// would be counted, and a collection that they bring about hides the rest of a thread's buffer.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuresMemory
{
    public const string Name = "measures memory";
}
