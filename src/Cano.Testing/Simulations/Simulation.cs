using Cano.Testing.Simulations;

namespace Cano.Testing;

/// <summary>One seed of a simulation, as the function that makes the workflow sees it. What that function
/// makes is the outside world: it outlives the processes that run the workflow. What is to die with a process
/// belongs into <see cref="Resources.InsertPerRun"/>.</summary>
public sealed class Simulation
{
    private readonly SimulatedWorld _world;

    internal Simulation(SimulatedWorld world, Random random)
    {
        _world = world;
        Random = random;
        Time = new SimulatedTime(world.Clock, null);
    }

    /// <summary>Everything that is drawn is drawn from this.</summary>
    public int Seed => _world.Seed;

    /// <summary>Randomness for the world outside, drawn from the seed.</summary>
    public Random Random { get; }

    /// <summary>The clock of the world outside: for a circuit breaker or a limiter, say. Bodies have one of
    /// their own, in their context, whose timers die with the process.</summary>
    public TimeProvider Time { get; }

    /// <summary>Puts a line into the timeline.</summary>
    public void Note(string text) => _world.Note(text);

    /// <summary>Something that must hold when the run has ended for good.</summary>
    public void Invariant(string name, Func<SimulatedRun, bool> holds)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(holds);
        _world.Invariants.Add(new(name, run => holds(run) ? null : ""));
    }

    /// <summary>Something that must hold when the run has ended for good, told by an assertion: what it
    /// throws is the breach.</summary>
    public void Invariant(string name, Action<SimulatedRun> assert)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(assert);
        _world.Invariants.Add(
            new(
                name,
                run =>
                {
                    assert(run);
                    return null;
                }
            )
        );
    }
}
