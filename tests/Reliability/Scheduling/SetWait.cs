using Cano.Integration;
using Cano.Testing;

namespace Cano.Reliability.Scheduling;

/// <summary>One wait of a journaled run during which somebody sets the wall clock, or the machine sleeps;
/// against when it must end by what the clocks show.</summary>
internal sealed class SetWait
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly VirtualTime _steady = new();
    private readonly SettableTime _time;
    private readonly DateTimeOffset _start;
    private readonly int _kind;
    private readonly TimeSpan _span;

    // When the clock is set, counted from the start, and by how much. Two minutes lie between, so that
    // somebody who looks each minute sees what it shows.
    private readonly List<(TimeSpan At, TimeSpan By)> _sets = [];
    private DateTimeOffset? _end;
    private int _attempts;

    public SetWait(Random chance)
    {
        _time = new SettableTime(_steady);
        _start = _steady.GetUtcNow();
        _kind = chance.Next(3);
        // From two seconds to a day, short ones as likely as long ones.
        _span = TimeSpan.FromSeconds(2 * Math.Pow(43_200, chance.NextDouble()));
        var at = TimeSpan.Zero;
        for (var left = chance.Next(4); left > 0; left--)
        {
            at += _span * chance.NextDouble();
            _sets.Add((at, _span * (4 * (chance.NextDouble() - 0.5))));
            at += 2 * s_minute;
        }
    }

    public async Task RunAsync()
    {
        var run = Workflow().OrchestrateAsync("wait", "run");
        var (earliest, latest) = _kind == 0 ? Shown() : (_span, _span);
        foreach (var (at, by) in _sets)
        {
            _steady.Advance(_start + at - _steady.GetUtcNow());
            _time.Ahead += by;
        }

        if (_start + latest > _steady.GetUtcNow())
            _steady.Advance(_start + latest - _steady.GetUtcNow());
        Broken.Unless(_end is not null, $"{this}: not over after {latest}");
        var took = _end!.Value - _start;
        Broken.Unless(took >= earliest && took <= latest, $"{this}: over after {took}");
        await run;
    }

    public override string ToString()
    {
        var sets = string.Join(", ", _sets.Select(set => $"{set.By} at {set.At}"));
        return $"{(_kind == 0 ? "until an instant in" : _kind == 1 ? "a span of" : "a delay of")} {_span}, the clock set by {sets}";
    }

    /// <summary>When the wall clock shows the instant first, and a minute later.</summary>
    private (TimeSpan Earliest, TimeSpan Latest) Shown()
    {
        var ahead = TimeSpan.Zero;
        foreach (var (at, by) in _sets)
        {
            if (_span - ahead <= at)
                break;
            ahead += by;
            if (at + ahead >= _span)
                return (at, at + s_minute);
        }

        return (_span - ahead, _span - ahead + s_minute);
    }

    private Workflow<string> Workflow()
    {
        var waiting = Cano.Workflow.Bare<string>();
        waiting = _kind switch
        {
            0 => waiting.Register("wait", new Until(_start + _span)),
            1 => waiting.RegisterTimer("wait", _span, "end"),
            _ => waiting.Register(
                "wait",
                _ => ++_attempts > 1 ? "end" : throw new IOException("once"),
                TaskConfig.Minimal.WithFixedRetry(1, _span)
            ),
        };
        return waiting
            .Register(
                "end",
                _ =>
                {
                    _end = _steady.GetUtcNow();
                    return "done";
                },
                TaskConfig.Minimal
            )
            .AddExitState("done")
            .WithCheckpointStore(new MemoryCheckpointStore())
            .WithTimeProvider(_time);
    }

    private sealed class Until(DateTimeOffset instant) : ITimerTask<string>
    {
        public ValueTask<TimerOutcome> WaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(TimerOutcome.Until(instant));

        public ValueTask<string> AfterWaitAsync(TaskContext context, CancellationToken cancellationToken) =>
            new("end");
    }
}
