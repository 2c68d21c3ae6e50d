using Cano.Runtime.Data;

namespace Cano.CSharp;

/// <summary>A store of the user's own.</summary>
internal static class GivenStore
{
    /// <summary>Throws when something of it would never be called.</summary>
    /// <exception cref="ArgumentException">A member of it, or of its inboxes, looks like the contract's and
    /// does not meet it.</exception>
    public static void Check(ICheckpointStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        Lookalikes.ThrowIfAny(store);
        if (store is IInboxStore inbox)
            Lookalikes.ThrowIfAny(inbox, nameof(store));
    }
}
