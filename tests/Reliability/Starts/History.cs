using Cano.Testing;

namespace Cano.Reliability.Starts;

/// <summary>One random history of an engine's runs, held against the rules after each deed, or after all of
/// those that were done at once.</summary>
/// <param name="chance">Draws it.</param>
/// <param name="isJournaled">Whether it is kept by the embedded journal.</param>
/// <param name="tally">Counts.</param>
internal sealed partial class History(Random chance, bool isJournaled, Tally tally)
{
    private readonly VirtualTime _clock = new();
    private readonly Bodies _bodies = new();
    private readonly List<string> _story = [];
    private readonly List<Resumed> _resumes = [];
    private readonly Dictionary<string, HashSet<World>> _worlds = [];
    private Disk _disk = null!;
    private Life _life = null!;
    private Drawing _draw = null!;
    private int _now;

    public string Story => string.Join("\n  ", _story);

    /// <exception cref="Broken">The engine did what the rules do not allow.</exception>
    public void Run()
    {
        using var disk = isJournaled ? new JournalDisk(_clock) : new Disk(_clock);
        _disk = disk;
        _life = Life.Open(_disk, _clock, _bodies);
        _draw = new Drawing(chance);
        foreach (var id in _draw.Ids)
            _worlds[id] = [new World(null, false, false, _clock.GetUtcNow())];
        for (var left = chance.Next(5, 31); left > 0; left--)
            switch (chance.Next(12))
            {
                case 0:
                    Reopen();
                    break;
                case 1:
                    KillAgain(chance.Next(4));
                    break;
                case < 6:
                    Race();
                    break;
                default:
                    Do(_draw.Next());
                    break;
            }

        Finish();
    }

    private void Do(Deed deed)
    {
        _now++;
        var resting = _worlds.Where(world => world.Value.All(world => world.Run?.Body is null));
        string[] idle = [.. resting.Select(world => world.Key)];
        var issued = Issue(deed);
        Settle();
        if (deed.Kind == DeedKind.Resume)
            _resumes[^1].Begin(idle);
        issued.Look(_now);
        Note(issued.ToString());
        foreach (var id in _worlds.Keys)
            if (deed.Id is null || deed.Id == id)
                _worlds[id] = Orders.After(_worlds[id], [issued]);
        Check(wasRaced: false);
    }

    /// <summary>Several deeds at once, in an order that is drawn, step by step.</summary>
    private void Race()
    {
        tally.Races++;
        var left = _draw.Several();
        var begun = new List<Issued>();
        _life.Store.Hold();
        while (left.Count > 0 || _life.Store.Waiting.Count > 0)
        {
            _now++;
            var choice = chance.Next(left.Count + _life.Store.Waiting.Count);
            if (choice < left.Count)
            {
                begun.Add(Issue(left[choice]));
                Note($"{begun[^1].Deed} begins");
                left.RemoveAt(choice);
            }
            else
            {
                tally.Steps++;
                Note($"- {_life.Store.Waiting[choice - left.Count]}");
                _life.Store.Step(choice - left.Count);
            }

            Settle();
            foreach (var deed in begun)
                deed.Look(_now);
        }

        _life.Store.Flow();
        Settle();
        Note($"raced: {string.Join(", ", begun)}");
        foreach (var id in _worlds.Keys)
            _worlds[id] = Orders.After(
                _worlds[id],
                [.. begun.Where(issued => issued.Deed.Id is not { } of || of == id)]
            );
        Check(wasRaced: true);
    }

    private void Reopen()
    {
        tally.Reopenings++;
        var closing = _life.Engine.DisposeAsync().AsTask();
        Settle();
        Note("closed and opened");
        Broken.Unless(closing.IsCompletedSuccessfully, $"closing is {closing.Status}:\n  {Story}");
        Open(world => world.Reopened());
    }

    private void Kill()
    {
        tally.Kills++;
        _life.Die();
        Note("killed");
        _bodies.Drop();
        _resumes.Clear();
        // Whatever the dead process still does fails.
        _ = _life.Engine.DisposeAsync().AsTask();
        Settle();
        Open(world => world.Killed());
    }

    /// <summary>A process after the other dies of what it takes up.</summary>
    private void KillAgain(int times)
    {
        for (Kill(); times > 0; times--)
        {
            Do(new Deed(DeedKind.Resume, null));
            Kill();
        }
    }

    private void Open(Func<World, World> then)
    {
        _disk.Close();
        _life = Life.Open(_disk, _clock, _bodies);
        foreach (var id in _worlds.Keys)
            _worlds[id] = [.. _worlds[id].Select(then)];
        Check(wasRaced: false);
    }

    /// <summary>Takes up what is there and lets everything go, until nothing is left to do.</summary>
    private void Finish()
    {
        Do(new Deed(DeedKind.Resume, null));
        for (var round = 0; _worlds.Values.Any(worlds => worlds.Any(HasWork)); round++)
        {
            Broken.Unless(round < 20, $"nobody takes a run to its end:\n  {Story}");
            foreach (var id in _worlds.Keys)
                Do(new Deed(DeedKind.Let, id));
            Do(new Deed(DeedKind.Wait, null));
        }

        foreach (var id in _worlds.Keys)
            if (_life.Store.LoadRunAsync(id).AsTask().GetAwaiter().GetResult() is { Count: > 0 } rows)
                RowLaws.Check(id, rows);
        foreach (var world in _worlds.Values.Select(worlds => worlds.First()))
            if (world.Run is { } run)
                tally.End(run.Status);
        Reopen();
    }

    private static bool HasWork(World world) =>
        world.Run is { Ended: null } run && (run.Status != RunStatus.Quarantined || run.IsWorked);

    private void Check(bool wasRaced)
    {
        Broken.Unless(_bodies.Violation is null, $"{_bodies.Violation}:\n  {Story}");
        var found = new List<RunInfo>();
        foreach (var (id, worlds) in _worlds)
        {
            var info = _life.Engine.FindAsync(id).GetAwaiter().GetResult();
            if (info is not null)
                found.Add(info);
            var narrowed = Watched.Narrowed(worlds, info, _bodies.OpenOf(id), wasRaced);
            Broken.Unless(
                narrowed.Count > 0,
                $"{id} is {info?.ToString() ?? "not there"}, tried {info?.Tries}, held {info?.Held}, error {info?.Error}, "
                    + $"with body {_bodies.OpenOf(id) ?? "none"}; allowed:\n    {string.Join("\n    ", worlds)}\n  {Story}"
            );
            _worlds[id] = narrowed;
        }

        Broken.Unless(_bodies.MostUndone <= 1, $"a step was undone {_bodies.MostUndone} times:\n  {Story}");
        tally.Lists += Lists.Check(_life.Engine, found, chance);
        _resumes.RemoveAll(resume =>
            resume.Check(
                wasRaced,
                id => found.Find(run => run.RunId == id)?.Status,
                id => _bodies.OpenOf(id) is not null
            )
        );
        var isAtWork = _worlds.Keys.Any(id => _bodies.OpenOf(id) is not null);
        Broken.Unless(isAtWork || _resumes.Count == 0, $"a resume is not over:\n  {Story}");
    }

    private void Settle() => QuietPool.Await(() => _disk.IsAtRest);

    private void Note(string what) => _story.Add(what);
}
