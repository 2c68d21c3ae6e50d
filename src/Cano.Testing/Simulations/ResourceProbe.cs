namespace Cano.Testing.Simulations;

/// <summary>Counts what is set up and torn down in a process.</summary>
internal sealed class ResourceProbe
{
    public int SetupCount { get; private set; }

    public int TeardownCount { get; private set; }

    /// <summary>Resources with one more, and one more of each run's own where runs have their own.</summary>
    public Resources AddTo(Resources resources, SimulatedProcess process)
    {
        var all = resources.Insert("cano.testing/shared", new Probe(this, process));
        return resources.HasPerRun
            ? all.InsertPerRun("cano.testing/run", () => new Probe(this, process))
            : all;
    }

    private sealed class Probe(ResourceProbe counts, SimulatedProcess process) : IResource
    {
        public async ValueTask SetupAsync(CancellationToken cancellationToken)
        {
            if (
                await process
                    .StrikeAsync(SimulationFaults.SetupFails, Place.Nowhere, "while a resource was set up")
                    .ConfigureAwait(false) != 0
            )
            {
                process.Trouble();
                throw new IOException("simulated: the resource cannot be set up");
            }

            counts.SetupCount++;
        }

        public ValueTask TeardownAsync(CancellationToken cancellationToken)
        {
            counts.TeardownCount++;
            return default;
        }
    }
}
