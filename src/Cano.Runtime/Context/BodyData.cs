using Cano.Kernel;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Context;

/// <summary>The run's data as one body has it, and what its state carries. Made when the body first asks, or
/// its state carries something: few bodies do, and a branch has a context of its own, which is to be
/// small.</summary>
/// <param name="view">What a journaled branch sees in place of the run's data; null of any other
/// body.</param>
internal sealed class BodyData(Lazy<MemoryStore>? view)
{
    private MemoryStore? _store;
    private Resources? _resources;

    /// <summary>What the body's state carries.</summary>
    public StateData Carried { get; set; }

    /// <summary>The body's own handle on the store; null as long as it has none.</summary>
    public MemoryStore? Opened => _store;

    /// <summary>Whether there is a store, whatever the run's resources say.</summary>
    public bool HasStore => _store is not null;

    /// <summary>Items of a batch may come here at once: all get the one handle that closing shuts.</summary>
    /// <exception cref="CanoException">`resource_not_found` when the run has no store.</exception>
    public MemoryStore Open(RunScope run)
    {
        if (_store is { } known)
            return known;
        var opened = (view?.Value ?? run.Resources.Get<MemoryStore>(Resources.StoreKey)).Open();
        return Interlocked.CompareExchange(ref _store, opened, null) ?? opened;
    }

    /// <summary>The run's resources, with the body's own handle on the store among them.</summary>
    public Resources ResourcesOf(RunScope run) =>
        _resources ??= run.Resources.With(Resources.StoreKey, Open(run));
}
