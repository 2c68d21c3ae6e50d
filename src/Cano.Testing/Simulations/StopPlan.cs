namespace Cano.Testing.Simulations;

/// <summary>When somebody outside stops the run in one of the ways that there are. It is drawn apart from the
/// faults, so that it takes no fault's place, or told.</summary>
internal sealed class StopPlan
{
    private readonly SimulationFaults _kind;
    private readonly StopScript? _script;
    private readonly FaultPlan _drawn;

    /// <param name="kind">The way.</param>
    /// <param name="random">Draws.</param>
    /// <param name="options">What may happen.</param>
    /// <param name="max">How often at most; in every second seed it never happens, so that there are runs
    /// that nobody holds.</param>
    public StopPlan(SimulationFaults kind, Random random, SimulationOptions options, int max)
    {
        _kind = kind;
        _script = options.Stop is { } script && script.Kind == kind ? script : null;
        var allowed = random.Next(2) == 0 ? options.Faults & kind : SimulationFaults.None;
        _drawn = new FaultPlan(random, allowed, max);
    }

    /// <summary>How many points there were at which it could have come.</summary>
    public int PointCount { get; private set; }

    /// <summary>Whether it may still come.</summary>
    public bool IsOpen => _script is { } script ? PointCount <= script.At : _drawn.IsOpen;

    /// <summary>After so many more points the process dies; 0: it does not for this.</summary>
    public int DiesAfter => _script?.DiesAfter ?? 0;

    /// <summary>A point at which it may come: whether it does.</summary>
    public bool Comes() =>
        IsOpen
        && (_script is { } script ? PointCount++ == script.At : _drawn.Draw(_kind) != SimulationFaults.None);

    /// <inheritdoc cref="FaultPlan.Span"/>
    public TimeSpan Span() => _drawn.Span();

    /// <inheritdoc cref="FaultPlan.Pick"/>
    public int Pick(int count) => _drawn.Pick(count);

    /// <inheritdoc cref="FaultPlan.Toss"/>
    public bool Toss() => _drawn.Toss();
}

/// <summary>One stop that is told, for whoever tries every point.</summary>
/// <param name="Kind">How.</param>
/// <param name="At">At which of the points at which it could come, from 0.</param>
/// <param name="DiesAfter">The process dies so many points later; 0: it does not.</param>
internal sealed record StopScript(SimulationFaults Kind, int At, int DiesAfter);
