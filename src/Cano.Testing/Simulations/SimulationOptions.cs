using System.Collections.Immutable;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Waits;
using Cano.Testing.Simulations;

namespace Cano.Testing;

/// <summary>How a workflow is simulated.</summary>
public sealed record SimulationOptions
{
    /// <summary>What may go wrong; <see cref="SimulationFaults.Default"/> unless given.</summary>
    public SimulationFaults Faults { get; init; } = SimulationFaults.Default;

    /// <summary>How many faults a seed may have, not negative; each seed draws its own number up to this one.
    /// 6 unless given. How often its run is told to rest is drawn likewise, and whether it is cancelled for
    /// good, apart from the rest: a seed in which that never happens is what it is without it.</summary>
    public int FaultsMax
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(FaultsMax));
            field = value;
        }
    } = 6;

    /// <summary>The first of the seeds, which follow one another; 0 unless given.</summary>
    public int FirstSeed { get; init; }

    /// <summary>Whether the run is journaled; it is unless given. A process that dies with a run that is not
    /// has forgotten it, and the run begins again.</summary>
    public bool IsJournaled { get; init; } = true;

    /// <summary>A run that has not ended after so many steps (timers, pieces of parallel work), at least 1,
    /// never will; 100,000 unless given.</summary>
    public int StepsMax
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(StepsMax));
            field = value;
        }
    } = 100_000;

    /// <summary>How long in real time, above zero, a simulation may stand still before it is given up; the
    /// only real time there is. 5 s unless given.</summary>
    public TimeSpan RealTimeLimit
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(RealTimeLimit));
            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <summary>A stop that is told instead of drawn; null for none.</summary>
    internal StopScript? Stop { get; init; }

    internal ImmutableList<Invariant> Invariants { get; init; } = [];

    internal ImmutableList<SimulatedSignal> Signals { get; init; } = [];

    /// <summary>What runs are given; null for nothing.</summary>
    internal GivenInput? Input { get; init; }

    /// <summary>Gives each run this at its start: every body gets it, in every process. A workflow is refused
    /// that accepts an input of which nothing is said here.</summary>
    /// <remarks>Of a run with rows bodies get what JSON gives back, as ever; of one without them the object
    /// itself, in all seeds.</remarks>
    public SimulationOptions WithInput<TInput>(TInput input) => this with { Input = GivenInput.Of(input) };

    /// <summary>Sends runs the signal: early, late, twice, or not before nothing else is left to
    /// happen. A workflow is refused that waits for a signal of which nothing is said here.</summary>
    public SimulationOptions WithSignal(Signal signal)
    {
        ArgumentNullException.ThrowIfNull(signal);
        return this with { Signals = Signals.Add(new(signal.Name, (_, _) => null)) };
    }

    /// <inheritdoc cref="WithSignal(Signal)"/>
    /// <param name="signal">The signal.</param>
    /// <param name="values">Each time it carries one of these, of which there is at least one.</param>
    public SimulationOptions WithSignal<TPayload>(
        Signal<TPayload> signal,
        params IReadOnlyList<TPayload> values
    )
    {
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof(values));
        TPayload[] drawn = [.. values];
        return this with
        {
            Signals = Signals.Add(
                new(
                    signal.Name,
                    (random, codec) =>
                        SignalPayload.Write(signal.Name, drawn[random.Next(drawn.Length)], codec)
                )
            ),
        };
    }

    /// <summary>Adds something that must hold whenever a run has ended. What a world made for each seed
    /// promises is told to its <see cref="Simulation"/>.</summary>
    public SimulationOptions WithInvariant(string name, Func<SimulatedRun, bool> holds)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(holds);
        return this with { Invariants = Invariants.Add(new(name, run => holds(run) ? null : "")) };
    }
}

/// <summary>Something that must hold.</summary>
/// <param name="Name">What is promised, in words.</param>
/// <param name="Breach">Null when it holds, else what is known of the breach; empty when nothing more
/// is.</param>
internal sealed record Invariant(string Name, Func<SimulatedRun, string?> Breach)
{
    /// <summary>The sentence about a breach, or null. An invariant that throws does not hold.</summary>
    public string? Judge(SimulatedRun run)
    {
        try
        {
            return Breach(run) is { } why
                ? $"'{Name}' does not hold{(why.Length == 0 ? "" : $": {why}")}"
                : null;
        }
        catch (Exception thrown)
        {
            return $"'{Name}' does not hold: {UserText.Of(thrown)}";
        }
    }
}
