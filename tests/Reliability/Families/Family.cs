using Cano.Reliability.Racing;
using Cano.Reliability.Signals;
using Cano.Reliability.Starts;
using Cano.Testing;

namespace Cano.Reliability.Families;

/// <summary>One random history of parents and children in an engine. After each deed the rows of all runs are
/// held against what must be.</summary>
/// <param name="chance">Draws it.</param>
/// <param name="isJournaled">Whether it is kept by the embedded journal.</param>
/// <param name="counts">Counts.</param>
internal sealed partial class Family(Random chance, bool isJournaled, Counts counts) : IBodies
{
    /// <summary>All runs of a history together take some hundred steps between two deeds.</summary>
    private const int StepMax = 50_000;

    private readonly VirtualTime _clock = new();
    private readonly Kindred _kindred = new();
    private readonly List<string> _story = [];
    private readonly Dictionary<string, Shape[]> _tops = [];
    private readonly Dictionary<string, int> _failures = [];
    private readonly HashSet<string> _atWork = [];
    private readonly HashSet<string> _retried = [];
    private readonly HashSet<string> _broken = [];
    private readonly int? _snapshotEvery = chance.Next(2) == 0 ? null : chance.Next(1, 6);
    private readonly int? _maxRunning = chance.Next(3) == 0 ? chance.Next(1, 3) : null;
    private readonly TimeSpan? _total = chance.Next(6) == 0 ? TimeSpan.FromSeconds(20) : null;
    private Home _home = null!;
    private ToldStore _told = null!;
    private SteppedIndex _store = null!;
    private CanoEngine _engine = null!;
    private Dictionary<string, Workflow<string>> _workflows = [];
    private string? _violation;

    /// <exception cref="Broken">A child began twice, was left behind, or its end was lost.</exception>
    public void Run()
    {
        using var home = isJournaled ? new JournalHome(_clock, chance) : new Home(_clock);
        _home = home;
        for (var top = chance.Next(1, 3); top > 0; top--)
            _tops.Add(
                $"top-{top}",
                [.. Enumerable.Range(0, chance.Next(1, 3)).Select(_ => Shape.Draw(chance))]
            );
        foreach (var (id, shapes) in _tops)
            Note($"{id}: {string.Join("; ", shapes.Select(Told))}");
        Note($"a snapshot each {_snapshotEvery}, at most {_maxRunning} at once, {_total} in all");
        try
        {
            Open();
            foreach (var id in _tops.Keys)
                Do(() => Start(id));
            for (var left = chance.Next(6, 41); left > 0; left--)
            {
                Do(Draw());
                Look();
            }

            Finish();
        }
        catch (Exception broken)
        {
            throw new Broken($"{broken.Message}\n  {Story}", broken);
        }

        Count();
    }

    async Task IBodies.WorkAsync(string run, string state)
    {
        var (told, store) = (_told, _store);
        if (told.IsDead || _home.IsCut)
            return;
        lock (_atWork)
            if (!_atWork.Add(run))
                _violation ??= $"'{state}' of {run} is worked on while another body is";
        await store.PassAsync($"body {run}").ConfigureAwait(false);
        lock (_atWork)
        {
            if (told == _told)
                _atWork.Remove(run);
            if (state == Kinds.Undo && _broken.Contains(run))
                throw new IOException("it cannot be undone");
        }
    }

    bool IBodies.Fails(string run)
    {
        lock (_failures)
        {
            var left = _failures.TryGetValue(run, out var drawn) ? drawn : 1;
            _failures[run] = Math.Max(0, left - 1);
            return left > 0;
        }
    }

    private string Story =>
        $"{string.Join("\n  ", _story)}\n  {string.Join("\n  ", _kindred.All.Select(kin => $"{kin}"))}";

    private void Open()
    {
        _home.Open();
        _kindred.IsCut = () => _home.IsCut;
        _told = new ToldStore(_home.Store, _kindred, beginsAtOnce: true);
        _store = new SteppedIndex(_told, (IRunIndex)_home.Store);
        _store.Flow();
        lock (_atWork)
            _atWork.Clear();
        _engine = CanoEngine
            .OpenAsync(
                _store,
                new CanoEngineOptions
                {
                    TimeProvider = new SteppedTime(_clock, _store.Pool),
                    Retention = Retention.Keep,
                    MaxRunning = _maxRunning,
                }
            )
            .GetAwaiter()
            .GetResult();
        Add();
        // From here on whatever is asked of the store waits for its turn: a seed draws the same again.
        _store.Hold();
        _kindred.Recover(id => Summary(id)?.LastSequence ?? -1);
    }

    private void Add()
    {
        var leaf = Set(Kinds.LeafOf(this));
        var brief = Set(Kinds.LeafOf(this, Kinds.Brief).WithRetention(Retention.Clear));
        _workflows = new()
        {
            [Kinds.Leaf] = leaf,
            [Kinds.Brief] = brief,
            [Kinds.Middle] = Set(Kinds.MiddleOf(this, leaf)),
        };
        foreach (var workflow in _workflows.Values.ToArray())
            _engine.Add(workflow);
        foreach (var (id, shapes) in _tops)
        {
            var top = Set(Kinds.TopOf(id, this, shapes, _workflows));
            if (_total is { } total)
                top = top.WithTotalTimeout(total);
            _engine.Add(_workflows[id] = top);
        }
    }

    private Workflow<string> Set(Workflow<string> workflow) =>
        _snapshotEvery is { } rows ? workflow.WithSnapshotEvery(rows) : workflow;

    private void Do(Action deed)
    {
        deed();
        // Often the next one comes before all is done.
        Drain(chance.Next(2) == 0 ? int.MaxValue : chance.Next(40));
    }

    private void Look()
    {
        if (_told.IsDead || _home.IsCut)
        {
            counts.Add("died in a call");
            Die(Death.PowerCut);
        }

        Check();
    }

    private FamilyLaws Check()
    {
        Broken.Unless(_violation is null, _violation ?? "");
        Broken.Unless(_kindred.Violation is null, _kindred.Violation ?? "");
        var laws = new FamilyLaws(_kindred.All, ShapeOf, _retried, _total is not null);
        laws.Check();
        return laws;
    }

    private Shape? ShapeOf(Kin kin, string state) =>
        kin.Start.WorkflowName switch
        {
            Kinds.Middle when state == "each" => Kinds.OfMiddle with { Items = [0, 0] },
            { } name when _tops.TryGetValue(name, out var shapes) => shapes
                .Where((_, i) => Kinds.StateOf(i) == state)
                .FirstOrDefault(),
            _ => null,
        };

    private void Die(Death death)
    {
        counts.Add("deaths");
        _told.Die();
        Note($"dies: {death}");
        _ = _engine.DisposeAsync().AsTask();
        Drain();
        _home.Die(death);
        Open();
        Check();
        if (chance.Next(3) > 0)
            Resume();
    }

    private void Reopen()
    {
        counts.Add("reopenings");
        Drain();
        var closing = _engine.DisposeAsync().AsTask();
        Drain();
        if (_told.IsDead || _home.IsCut)
            return;
        Broken.Unless(closing.IsCompletedSuccessfully, $"closing is {closing.Status}");
        Note("closed and opened");
        _told.Die();
        _home.Close();
        Open();
    }

    private RunSummary? Summary(string id) =>
        _home.IsCut ? null : ((IRunIndex)_home.Store).FindAsync(id).AsTask().GetAwaiter().GetResult();

    /// <summary>Lets things go on, in an order that is drawn.</summary>
    private void Drain(int most = int.MaxValue)
    {
        var steps = 0;
        for (Settle(); steps < most && _store.Waiting.Count > 0; Settle(), steps++)
        {
            Broken.Unless(steps < StepMax, "a run comes to no rest");
            _store.Step(chance.Next(_store.Waiting.Count));
        }
    }

    private void Settle() => QuietPool.Await(() => _told.IsAtRest);

    private void Note(string what) => _story.Add(what);

    private static string Told(Shape shape) =>
        $"{shape.Kind} {shape.Child} [{string.Join(" ", shape.Items)}] {shape.Join} {shape.Enough} {shape.Config}{(shape.Throws ? ", throws" : "")}";
}
