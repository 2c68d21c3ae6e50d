namespace Cano.Runtime.Scope;

/// <summary>Where the rows of a run go that is under way.</summary>
/// <param name="Store">The store, as the run has it.</param>
/// <param name="Fence">The one that they are written under.</param>
internal sealed record RunRows(ICheckpointStore Store, long Fence);
