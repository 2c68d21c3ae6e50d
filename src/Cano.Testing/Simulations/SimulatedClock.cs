namespace Cano.Testing.Simulations;

/// <summary>The time of a simulation. It stands still until it is moved to the next timer.</summary>
/// <param name="order">Draws which of the timers due at one instant fires first.</param>
internal sealed class SimulatedClock(Random order)
{
    private static readonly DateTimeOffset s_start = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<SimulatedTimer> _timers = [];
    private TimeSpan _shift;

    /// <summary>Time that has passed, whatever the wall clock was set to.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>What the wall clock shows.</summary>
    public DateTimeOffset UtcNow => s_start + Elapsed + _shift;

    /// <summary>Sets the wall clock.</summary>
    public void Jump(TimeSpan by) => _shift += by;

    /// <summary>Lets time pass in which nothing runs. Timers that fall due fire late.</summary>
    public void Pass(TimeSpan span) => Elapsed += span;

    /// <summary>Moves to the next timer of a living process or of the world outside, and takes it; null when
    /// none waits.</summary>
    public SimulatedTimer? TakeNext()
    {
        _timers.RemoveAll(timer => timer.Process is { IsOver: true });
        if (_timers.Count == 0)
            return null;
        var due = _timers.Min(timer => timer.Due);
        var ready = _timers.FindAll(timer => timer.Due == due);
        var next = ready[order.Next(ready.Count)];
        if (due > Elapsed)
            Elapsed = due;
        if (next.Period > TimeSpan.Zero)
            next.Due += next.Period;
        else
            _timers.Remove(next);
        return next;
    }

    public void Set(SimulatedTimer timer, TimeSpan dueTime)
    {
        _timers.Remove(timer);
        if (dueTime == Timeout.InfiniteTimeSpan)
            return;
        timer.Due = Elapsed + dueTime;
        _timers.Add(timer);
    }

    public void Remove(SimulatedTimer timer) => _timers.Remove(timer);
}
