using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Data;
using Cano.Runtime.Signals;
using Cano.Runtime.Time;

namespace Cano.Testing.Simulations;

/// <summary>Which signals come to a seed's runs, and when: before anybody waits, some time, twice, in the
/// very instant in which a wait for them is over, or only when nothing else is left to happen. The inbox
/// outlives processes, as a durable one does.</summary>
internal sealed class SignalPlan
{
    private readonly SimulatedWorld _world;
    private readonly Random _random;
    private readonly ValueCodec _values;
    private readonly IReadOnlyList<SimulatedSignal> _signals;
    private readonly MemoryInboxes _inboxes = new();
    private readonly HashSet<(string RunId, SimulatedSignal Signal)> _racing = [];
    private int _sent;

    public SignalPlan(SimulatedWorld world, ValueCodec values)
    {
        _values = values;
        _world = world;
        _random = world.Stream(0);
        _signals = world.Options.Signals;
        if (_signals.Count > 0)
            world.Invariants.Add(new("no signal is taken twice", run => Breach(run)));
    }

    /// <summary>Where they come to that are sent to a run without an engine; null when none is ever
    /// sent.</summary>
    public IInboxes? Inboxes => _signals.Count == 0 ? null : _inboxes;

    /// <summary>There may be runs of this workflow.</summary>
    /// <exception cref="ArgumentException">It waits for a signal of which nothing is known.</exception>
    public void Know(Definition definition)
    {
        foreach (var (state, name) in AwaitedBy(definition))
            if (_signals.All(known => known.Name != name))
                throw new ArgumentException(
                    $"State '{state}' waits for signal '{name}': tell the simulation with WithSignal what it carries."
                );
    }

    /// <summary>Whatever is sent may come to the run from here on.</summary>
    public void Begin(string runId, IEnumerable<SimulatedSignal> signals)
    {
        foreach (var signal in signals)
            Schedule(runId, signal);
    }

    /// <summary>A row is durable: of a run that an engine holds, signals come from its first on.</summary>
    public void Took(JournalRules run, CheckpointRow row)
    {
        if (_signals.Count == 0)
            return;
        if (row.Sequence == 0 && _world.IsFamily)
            Begin(run.RunId, SentTo(run));
        if (row is { Kind: RowKind.WaitStarted, WakesAt: { } due })
            foreach (var signal in SentTo(run))
                if (_racing.Remove((run.RunId, signal)))
                    Race(run.RunId, signal, due);
    }

    /// <summary>Nothing is left to run and no timer waits: a signal comes after all, or the process fails
    /// before it does. False when there is none.</summary>
    public bool ComesAfterAll()
    {
        (string RunId, SimulatedSignal Signal)[] awaited =
        [
            .. from run in _world.Runs.All
            where run.RunId == SeedRun.RunId || !run.HasEnded
            from signal in _world.IsFamily ? SentTo(run) : _signals
            select (run.RunId, signal),
        ];
        if (awaited.Length == 0)
            return false;
        var (runId, last) = awaited[_random.Next(awaited.Length)];
        _ = StrikeAsync("before the last of signals", () => Send(runId, last, twice: false));
        return true;
    }

    private IEnumerable<SimulatedSignal> SentTo(JournalRules run)
    {
        HashSet<string> names = [.. AwaitedBy(run.Workflow.Definition).Select(wait => wait.Signal)];
        return _signals.Where(signal => names.Contains(signal.Name));
    }

    private static IEnumerable<(string State, string Signal)> AwaitedBy(Definition definition) =>
        from state in definition.States
        let wait = (state.Step as StepKind.Wait)?.Wait
        where wait is not null
        from signal in wait.Signals
        select (state.Name, signal.Name);

    private void Schedule(string runId, SimulatedSignal signal)
    {
        switch (_random.Next(5))
        {
            case 0:
                Send(runId, signal, twice: false);
                break;
            case 1:
                Send(runId, signal, twice: true);
                break;
            case 2:
                After(_world.Faults.Span(), () => Come(runId, signal));
                break;
            case 3:
                _world.Tell($"signal {signal.Name} is held back", new Place(runId, ""));
                break;
            case 4:
                _racing.Add((runId, signal));
                _world.Tell($"signal {signal.Name} comes when its wait is over", new Place(runId, ""));
                break;
        }
    }

    /// <summary>It comes in the instant in which the wait is over: the one before the other, or the other
    /// before the one.</summary>
    private void Race(string runId, SimulatedSignal signal, DateTimeOffset due)
    {
        var left = due - _world.Clock.UtcNow;
        After(left > TimeSpan.Zero ? left : TimeSpan.Zero, () => Come(runId, signal));
    }

    private void After(TimeSpan span, Action then) =>
        _ = new Alarm(span, new SimulatedTime(_world.Clock, null), _ => then(), null);

    private void Come(string runId, SimulatedSignal signal)
    {
        Send(runId, signal, _random.Next(3) == 0);
        _ = StrikeAsync("when a signal had come", () => { });
    }

    /// <summary>Goes on like everything of a process: not at all when that is dead.</summary>
    private async Task StrikeAsync(string when, Action then)
    {
        if (_world.Process is { IsOver: false } process)
            await process.StrikeAsync(SimulationFaults.None, Place.Nowhere, when).ConfigureAwait(false);
        then();
    }

    private void Send(string runId, SimulatedSignal signal, bool twice)
    {
        var id = $"signal-{_sent++}";
        var payload = signal.Payload(_random, _values);
        for (var left = twice ? 2 : 1; left > 0; left--)
        {
            _world.Tell($"signal {signal.Name} comes as {id}", new Place(runId, ""));
            var item = InboxItem.Signal(signal.Name, id, payload);
            if (_world.IsFamily)
                Accept(runId, item);
            else
                _inboxes.Of(runId).Accept(item, new SimulatedTime(_world.Clock, null).GetUtcNow());
        }
    }

    private void Accept(string runId, InboxItem item)
    {
        try
        {
            // The store in memory answers at once.
            _ = _world.Disk.AcceptAsync(runId, item).AsTask().GetAwaiter().GetResult();
        }
        catch (CanoException late) when (late.Error.Fault is { IsRunEnded: true } or { IsRunNotFound: true })
        {
            _world.Tell($"it is refused: {late.Error}", new Place(runId, ""));
        }
    }

    private static string? Breach(SimulatedRun run)
    {
        var ids = new HashSet<string?>();
        foreach (var (runId, rows) in run.ChildRows.Prepend(new(SeedRun.RunId, run.Rows)))
        foreach (var row in LoadedRows.Told(runId, [.. rows.Where(row => row.Kind == RowKind.SignalTaken)]))
        {
            if (row.Fact is Fact.SignalTaken { Item: var signal } && !ids.Add(signal.Id))
                return $"{signal.Id} was taken again with row {row.Sequence} of '{runId}'";
        }

        return null;
    }
}
