namespace Cano.Testing;

/// <summary>Resources for a test: a plain <see cref="MemoryStore"/> under "store", and under each key a
/// resource that does nothing but tell when it was set up and torn down. Safe for concurrent use.</summary>
public sealed class TestResources
{
    private readonly Lock _gate = new();
    private readonly List<string> _setUp = [];
    private readonly List<string> _tornDown = [];

    /// <summary>Resources under these keys, set up in this order.</summary>
    public TestResources(params IEnumerable<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Resources = keys.Aggregate(
            new Resources().Insert(Resources.StoreKey, Store),
            (resources, key) => resources.Insert(key, new Spy(this, key))
        );
    }

    /// <summary>What to give to the workflow.</summary>
    public Resources Resources { get; }

    /// <summary>The store, shared by all runs.</summary>
    public MemoryStore Store { get; } = new();

    /// <summary>The key of the resource that cannot be set up; null when all can.</summary>
    public string? FailingKey { get; init; }

    /// <summary>The keys set up, in order; twice set up is there twice.</summary>
    public IReadOnlyList<string> SetUp => Copied(_setUp);

    /// <summary>The keys torn down, in order.</summary>
    public IReadOnlyList<string> TornDown => Copied(_tornDown);

    /// <summary>Whatever was set up was torn down, newest first.</summary>
    /// <exception cref="ObservationException">It was not.</exception>
    public void AssertTornDown()
    {
        var (setUp, tornDown) = (SetUp, TornDown);
        if (tornDown.SequenceEqual(setUp.Reverse()))
            return;
        throw new ObservationException(
            $"Set up were [{string.Join(", ", setUp)}]; torn down were [{string.Join(", ", tornDown)}]."
        );
    }

    private string[] Copied(List<string> keys)
    {
        lock (_gate)
            return [.. keys];
    }

    private sealed class Spy(TestResources owner, string key) : IResource
    {
        public ValueTask SetupAsync(CancellationToken cancellationToken)
        {
            if (key == owner.FailingKey)
                throw new IOException($"'{key}' cannot be set up, as asked");
            lock (owner._gate)
                owner._setUp.Add(key);
            return default;
        }

        public ValueTask TeardownAsync(CancellationToken cancellationToken)
        {
            lock (owner._gate)
                owner._tornDown.Add(key);
            return default;
        }
    }
}
