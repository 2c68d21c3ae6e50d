using Cano.Integration;
using Cano.Testing;

namespace Cano.Reliability.Nodes;

/// <summary>What befalls a few nodes of one store, drawn by a seed, until all is well again and every run has
/// come to its end.</summary>
internal sealed class Story
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(12);

    /// <summary>Beats within which all comes to its end that the pool comes to.</summary>
    private const int Patience = 40;

    private readonly Random _chance;
    private readonly VirtualTime _time = new();
    private readonly SettableTime _storeTime;
    private readonly MemoryCheckpointStore _store;
    private readonly List<Member> _members = [];
    private readonly List<Member> _dead = [];
    private readonly HashSet<string> _accepted = [];
    private readonly List<Task> _asked = [];
    private int _names;
    private int _runs;

    public Story(Random chance)
    {
        _chance = chance;
        _storeTime = new SettableTime(_time);
        _store = new MemoryCheckpointStore(_storeTime);
    }

    public Told Told { get; } = new();

    /// <summary>How many runs were accepted.</summary>
    public int RunCount => Accepted.Length;

    /// <summary>How often each thing came about.</summary>
    public Dictionary<string, int> Events { get; } = [];

    /// <exception cref="Broken">Something went wrong.</exception>
    public async Task RunAsync()
    {
        for (var members = 2 + _chance.Next(2); members > 0; members--)
            await JoinAsync($"node-{_names++}");
        await PassAsync(6);
        for (var step = 40 + _chance.Next(120); step > 0; step--)
            await StepAsync();
        await SettleAsync();
        await CloseAsync();
        foreach (var id in Accepted)
            await Told.CheckAsync(_store, id);
        Broken.Unless(!Told.Breaches.Any(), string.Join("; ", Told.Breaches));
    }

    private string[] Accepted
    {
        get
        {
            lock (_accepted)
                return [.. _accepted];
        }
    }

    private async Task StepAsync()
    {
        var member = _members[_chance.Next(_members.Count)];
        switch (_chance.Next(100))
        {
            case < 20:
                Ask("start", () => StartAsync(member));
                break;
            case < 28:
                Count("cut");
                member.Cut();
                break;
            case < 32:
                Count("slow");
                member.Slow();
                break;
            case < 37:
                _members.ForEach(each => each.Mend());
                break;
            case < 42:
                await DieAsync(member);
                break;
            case < 46:
                Count("clock set");
                _storeTime.Ahead += s_lease * ((_chance.NextDouble() * 6) - 3);
                break;
            case < 49 when !member.IsSuspended:
                Ask("suspend", member.SuspendAsync);
                break;
            case < 52:
                Ask("resume", member.ResumeAsync);
                break;
            case < 56 when Accepted is { Length: > 0 } accepted:
                var id = accepted[_chance.Next(accepted.Length)];
                Ask("cancel", () => member.Engine.CancelAsync(id));
                break;
            case < 60 when Accepted is { Length: > 0 } accepted:
                var told = accepted[_chance.Next(accepted.Length)];
                Ask("signal", () => member.Engine.SignalAsync(told, Member.Go));
                break;
            case < 65:
                Count("store restarted");
                await RestartAsync();
                break;
            case < 68:
                Count("clock wrong for a while");
                var back = s_lease * (0.3 + (_chance.NextDouble() * 2));
                _storeTime.Ahead -= back;
                await DieAsync(member);
                _storeTime.Ahead += back;
                break;
            default:
                await PassAsync(1 + _chance.Next(4));
                break;
        }
    }

    private async Task JoinAsync(string name)
    {
        var member = new Member(name, new ToldLink(_store, name, Told, _time), Told, _time, s_lease);
        await member.OpenAsync();
        _members.Add(member);
    }

    /// <summary>A node dies: nothing of it comes through any more, and another comes in its place, under its
    /// name or a new one.</summary>
    private async Task DieAsync(Member member)
    {
        Count("die");
        member.Die();
        _members.Remove(member);
        _dead.Add(member);
        await JoinAsync(_chance.Next(2) == 0 ? member.Name : $"node-{_names++}");
    }

    /// <summary>The store restarts: some answers are lost on the way, and for a while nobody reaches it,
    /// which makes no node dead.</summary>
    private async Task RestartAsync()
    {
        var reaching = _members.Where(member => member.IsReaching).ToList();
        reaching.ForEach(member => member.StoreFails());
        await PassAsync(_chance.Next(2));
        reaching.ForEach(member => member.StoreIsDown());
        await PassAsync(1 + _chance.Next(6));
        reaching.ForEach(member => member.StoreIsBack());
    }

    private async Task StartAsync(Member member)
    {
        var id =
            new string("otwp"[_chance.Next(4)], 1 + _chance.Next(3))
            + _runs++
            + (_chance.Next(4) == 0 ? "x" : "");
        await member.Engine.StartAsync(member.Orders, "pay", id);
        lock (_accepted)
            _accepted.Add(id);
    }

    /// <summary>What is asked may be refused, or hang as long as its way to the store does.</summary>
    private void Ask(string what, Func<Task> ask)
    {
        Count(what);
        _asked.Add(GuardedAsync());

        async Task GuardedAsync()
        {
            try
            {
                await ask();
            }
            catch (CanoException) { }
        }
    }

    private async Task PassAsync(int beats)
    {
        for (; beats > 0; beats--)
        {
            // Each waits for its next beat, and to look what has expired.
            await _time
                .WhenBackgroundAsync(2 * (_members.Count + _dead.Count))
                .WaitAsync(TimeSpan.FromSeconds(30));
            _time.Advance(s_lease / 3);
        }
    }

    /// <summary>All ways are mended, and every run that was accepted comes to its end.</summary>
    private async Task SettleAsync()
    {
        for (var beats = 0; ; beats++)
        {
            _members.ForEach(member => member.Mend());
            // Now and then a person looks. What waits needs nobody.
            if (beats % 20 == 10)
                await LookAsync(_members[0], resumes: beats < 60);
            await PassAsync(1);
            var left = new List<RunInfo>();
            await foreach (var run in _members[0].Engine.ListAsync(RunQuery.Unfinished))
                left.Add(run);
            if (left.Count == 0 && beats > 20)
                return;
            foreach (var run in left.Where(run => run.Waiting is { Until: null }))
                Ask("late signal", () => _members[0].Engine.SignalAsync(run.RunId, Member.Go, "late"));
            Broken.Unless(
                beats < 400,
                $"nobody takes up {string.Join(", ", left.Select(run => $"{run.RunId}: {run.Status} {run.Held}"))}"
            );
            // What goes on does so on the pool, which a busy machine may not come to for many beats.
            if (beats < Patience)
                await Task.Yield();
            else
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
    }

    private async Task CloseAsync()
    {
        var closing = Task.WhenAll(
            _members.Concat(_dead).Select(member => member.Engine.DisposeAsync().AsTask())
        );
        // A grace is over when its time has come.
        while (!closing.IsCompleted)
        {
            _time.Advance(s_lease / 3);
            await Task.Yield();
        }

        await closing;
    }

    private async Task LookAsync(Member member, bool resumes)
    {
        await foreach (
            var run in member.Engine.ListAsync(new RunQuery { Statuses = [RunStatus.Quarantined] })
        )
            Ask("retry", () => member.Engine.RetryAsync(run.RunId));
        foreach (var each in _members.Where(each => resumes || each.IsSuspended))
            Ask("resume", each.ResumeAsync);
    }

    private void Count(string what) => Events[what] = Events.GetValueOrDefault(what) + 1;
}
