namespace Cano.Integration;

/// <summary>A resource that marks what is done to it, and fails where it is told to.</summary>
internal sealed class Spy(string name, Trail trail) : IResource
{
    public Exception? SetupFailure { get; init; }

    public Exception? TeardownFailure { get; init; }

    public ResourceHealth Health { get; init; } = ResourceHealth.Healthy;

    public ValueTask SetupAsync(CancellationToken cancellationToken)
    {
        trail.Add($"setup {name}");
        return SetupFailure is { } failure ? ValueTask.FromException(failure) : default;
    }

    public ValueTask TeardownAsync(CancellationToken cancellationToken)
    {
        trail.Add($"teardown {name}");
        return TeardownFailure is { } failure ? ValueTask.FromException(failure) : default;
    }

    public ValueTask<ResourceHealth> HealthAsync(CancellationToken cancellationToken)
    {
        trail.Add($"health {name}");
        return new(Health);
    }
}
