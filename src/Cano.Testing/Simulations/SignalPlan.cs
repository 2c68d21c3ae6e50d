using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Data;
using Cano.Runtime.Signals;
using Cano.Runtime.Time;

namespace Cano.Testing.Simulations;

/// <summary>Which signals come to a seed's run, and when: before anybody waits, some time, twice, or only
/// when nothing else is left to happen. The inbox outlives processes, as a durable one does.</summary>
internal sealed class SignalPlan
{
    private readonly SimulatedWorld _world;
    private readonly Random _random;
    private readonly ValueCodec _values;
    private readonly IReadOnlyList<SimulatedSignal> _signals;
    private readonly MemoryInboxes _inboxes = new();
    private int _sent;

    /// <exception cref="ArgumentException">The workflow waits for a signal of which nothing is
    /// known.</exception>
    public SignalPlan(SimulatedWorld world, Definition definition, ValueCodec values)
    {
        _values = values;
        _world = world;
        _random = world.Stream(0);
        _signals = world.Options.Signals;
        foreach (var state in definition.States)
            Require(state);
        if (_signals.Count > 0)
            world.Invariants.Add(new("no signal is taken twice", run => Breach(run.Rows)));
        foreach (var signal in _signals)
            Schedule(signal);
    }

    /// <summary>Where they come to; null when none is ever sent.</summary>
    public IInboxes? Inboxes => _signals.Count == 0 ? null : _inboxes;

    /// <summary>Nothing is left to run and no timer waits: a signal comes after all, or the process fails
    /// before it does. False when there is none.</summary>
    public bool ComesAfterAll()
    {
        if (_signals.Count == 0)
            return false;
        var last = _signals[_random.Next(_signals.Count)];
        _ = StrikeAsync("before the last of signals", () => Send(last, twice: false));
        return true;
    }

    private void Require(StateDefinition state)
    {
        if (state.Step is not StepKind.Wait { Wait: var wait })
            return;
        foreach (var signal in wait.Signals)
        {
            if (_signals.All(known => known.Name != signal.Name))
                throw new ArgumentException(
                    $"State '{state.Name}' waits for signal '{signal.Name}': tell the simulation with WithSignal what it carries."
                );
        }
    }

    private void Schedule(SimulatedSignal signal)
    {
        switch (_random.Next(4))
        {
            case 0:
                Send(signal, twice: false);
                break;
            case 1:
                Send(signal, twice: true);
                break;
            case 2:
                _ = new Alarm(
                    _world.Faults.Span(),
                    new SimulatedTime(_world.Clock, null),
                    _ => Come(signal),
                    null
                );
                break;
            case 3:
                _world.Tell($"signal {signal.Name} is held back");
                break;
        }
    }

    private void Come(SimulatedSignal signal)
    {
        Send(signal, _random.Next(3) == 0);
        _ = StrikeAsync("when a signal had come", () => { });
    }

    /// <summary>Goes on like everything of a process: not at all when that is dead.</summary>
    private async Task StrikeAsync(string when, Action then)
    {
        if (_world.Process is { IsOver: false } process)
            await process.StrikeAsync(SimulationFaults.None, "", when).ConfigureAwait(false);
        then();
    }

    private void Send(SimulatedSignal signal, bool twice)
    {
        var id = $"signal-{_sent++}";
        var payload = signal.Payload(_random, _values);
        for (var left = twice ? 2 : 1; left > 0; left--)
        {
            _world.Tell($"signal {signal.Name} comes as {id}");
            _inboxes
                .Of(SeedRun.RunId)
                .Accept(
                    InboxItem.Signal(signal.Name, id, payload),
                    new SimulatedTime(_world.Clock, null).GetUtcNow()
                );
        }
    }

    private static string? Breach(IReadOnlyList<CheckpointRow> rows)
    {
        var ids = new HashSet<string?>();
        foreach (
            var row in LoadedRows.Told(SeedRun.RunId, [.. rows.Where(row => row.Kind == RowKind.SignalTaken)])
        )
        {
            if (row.Fact is Fact.SignalTaken { Item: var signal } && !ids.Add(signal.Id))
                return $"{signal.Id} was taken again with row {row.Sequence}";
        }

        return null;
    }
}
