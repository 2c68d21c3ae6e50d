namespace Cano;

/// <summary>A resource that wants to be set up before a run and torn down after it, or can tell its
/// health.</summary>
public interface IResource
{
    /// <summary>Called in the order of insertion, before the first task.</summary>
    ValueTask SetupAsync(CancellationToken cancellationToken) => default;

    /// <summary>Called in reverse order, whatever became of the run. What it throws is logged.</summary>
    ValueTask TeardownAsync(CancellationToken cancellationToken) => default;

    /// <summary>Asked by users, never by the engine.</summary>
    ValueTask<ResourceHealth> HealthAsync(CancellationToken cancellationToken) => new(ResourceHealth.Healthy);
}
