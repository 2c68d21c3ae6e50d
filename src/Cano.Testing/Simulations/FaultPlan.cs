using System.Numerics;

namespace Cano.Testing.Simulations;

/// <summary>Which faults strike: drawn at each point where some may, until the seed's number of them is used
/// up.</summary>
internal sealed class FaultPlan
{
    private readonly Random _random;
    private readonly SimulationFaults _allowed;
    private readonly double _rate;
    private int _left;

    /// <param name="random">Draws.</param>
    /// <param name="allowed">What may strike.</param>
    /// <param name="max">How often at most.</param>
    public FaultPlan(Random random, SimulationFaults allowed, int max)
    {
        _random = random;
        _allowed = allowed;
        _left = random.Next(max + 1);
        // Seeds differ in how soon their faults come: short runs and long ones get theirs.
        _rate = 1.0 / (1 << random.Next(1, 7));
    }

    /// <summary>Whether anything may strike still.</summary>
    public bool IsOpen => _left > 0 && _allowed != SimulationFaults.None;

    /// <summary>One of these faults, or none.</summary>
    public SimulationFaults Draw(SimulationFaults possible)
    {
        var candidates = (int)(possible & _allowed);
        if (_left == 0 || candidates == 0 || _random.NextDouble() >= _rate)
            return SimulationFaults.None;
        _left--;
        for (var skip = _random.Next(BitOperations.PopCount((uint)candidates)); skip > 0; skip--)
            candidates &= candidates - 1;
        return (SimulationFaults)(candidates & -candidates);
    }

    /// <summary>A span for something slow, from a millisecond to an hour, short ones as likely as long
    /// ones.</summary>
    public TimeSpan Span() => TimeSpan.FromMilliseconds(Math.Pow(3_600_000, _random.NextDouble()));

    /// <summary>How far somebody sets the wall clock, back or forward.</summary>
    public TimeSpan Jump() => _random.Next(2) == 0 ? Span() : -Span();

    /// <summary>Whether of two equal chances the first comes.</summary>
    public bool Toss() => _random.Next(2) == 0;

    /// <summary>One of so many, from 0.</summary>
    public int Pick(int count) => _random.Next(count);

    /// <summary>Nothing strikes any more.</summary>
    public void Stop() => _left = 0;
}
