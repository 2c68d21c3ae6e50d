namespace Cano.Runtime.Checkpoints;

/// <summary>A store that other objects may stand for as well: one that was closed and opened again, or one
/// behind another.</summary>
internal interface IIdentifiedStore
{
    /// <summary>One object for all that keep the same rows.</summary>
    object Identity { get; }
}

/// <summary>What a store is known by in this process.</summary>
internal static class StoreIdentity
{
    public static object Of(ICheckpointStore store) =>
        store is IIdentifiedStore { Identity: var identity } ? identity : store;
}
