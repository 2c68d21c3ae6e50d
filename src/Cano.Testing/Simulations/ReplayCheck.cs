using Cano.Kernel;
using Cano.Runtime.Checkpoints;

namespace Cano.Testing.Simulations;

/// <summary>Holds a process's decisions against their replay: the state after each event is the fold of all
/// events up to it, and what the rows hold is what the run remembers.</summary>
internal sealed class ReplayCheck(SimulatedWorld world, JournalRules rules)
{
    private readonly List<RunEvent> _events = [];
    private readonly List<Run> _runs = [];
    private readonly Dictionary<int, Run> _beginnings = [];
    private Plan? _plan;

    public int DecisionCount => _events.Count;

    /// <summary>When the run heard that it is to rest, it was about to fail.</summary>
    public bool IsFailing { get; private set; }

    public void Stepped(Plan plan, in Run before, RunEvent happened, in Transition transition)
    {
        // It has just begun, or goes on from its rows.
        if (before.Phase.IsReady)
            _beginnings[_events.Count] = before;
        _plan = plan;
        if (happened.IsSuspendRequested)
            IsFailing =
                before.Phase
                    is Phase.Stopping
                        or Phase.Joining { Verdict.IsMet: false }
                        or Phase.Appending { Sequel: Sequel.Fail };
        _events.Add(happened);
        _runs.Add(transition.Run);
        // A row that ended in memory alone is no row.
        if (happened.IsRowAppended && before.Phase.IsAppending)
            CompareDurable(plan, transition.Run.Durable);
    }

    /// <summary>Folds everything again, after the process has ended: nothing it did later may have changed
    /// it.</summary>
    public void Compare()
    {
        if (_plan is null)
            return;
        Run run = default;
        for (var i = 0; i < _events.Count; i++)
        {
            var happened = _events[i];
            if (_beginnings.TryGetValue(i, out var beginning))
                run = beginning;
            run = Reducer.Step(_plan, in run, happened).Run;
            if (!run.Equals(_runs[i]))
                world.Breach($"after event {i}, {happened}, the replayed run differs from the live one");
        }
    }

    private void CompareDurable(Plan plan, DurableState live)
    {
        var recovered = Recovery.Recover(plan, rules.RunId, LoadedRows.Told(rules.RunId, rules.Recoverable));
        if (recovered is not Recovered.Found found)
            world.Breach($"the rows cannot be recovered: {recovered}");
        // One that was set aside has its time anew when somebody takes it up, of which no row tells.
        else if (!RunModule.RetriedAt(live.RetriedAt, found.Run).Durable.Equals(live))
            world.Breach(
                $"after row {live.Sequence - 1} the rows hold something else than the run remembers"
            );
    }
}
