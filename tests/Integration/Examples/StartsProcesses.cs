namespace Cano.Integration.Examples;

/// <summary>Tests that start processes run alone, after the others.</summary>
/// <remarks>A process is a fork for a moment, and holds every lock of this one until it becomes itself: a
/// journal that a neighbour closes just then cannot be opened again at once. Killing by the clock wants a
/// calm machine, too.</remarks>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StartsProcesses
{
    public const string Name = "starts processes";
}
